import { arch, availableParallelism, cpus, release, totalmem, type } from 'node:os';

/** The machine, its software and the date, in a few lines. */
export async function describeMachine(): Promise<string[]> {
  const gib = (totalmem() / 1024 ** 3).toFixed(0);
  return [
    `${availableParallelism()} x ${cpus()[0]?.model.trim() ?? 'processor'}, ${gib} GiB, ${type()} ${release().split('-')[0]} ${arch()}, Node.js ${process.version}, ${new Date().toISOString().slice(0, 10)}`,
  ];
}
