import { constants, writeFile, writeSync } from 'node:fs';
import { lstat, open } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { HostProcess } from './host-process.ts';
import { type CommandOutcome, outcomeText, resultFileFailure, writeOutcomeFile } from './outcome-file.ts';

/** The place of a command's result. Both methods throw a Failure `usage` where it cannot be written. */
export interface ResultFile {
  /** Says that the command has begun. Does nothing where only one result can be written: to a stream or a device. */
  begin(outcome: CommandOutcome): Promise<void>;
  write(outcome: CommandOutcome): Promise<void>;
}

/** Names of this process's streams, as shells and people write them. */
const STREAM = /^\/(?:dev\/(?:(stdout)|(stderr)|fd\/(\d+))|proc\/self\/fd\/(\d+))$/;

type Streams = Pick<HostProcess, 'stdout' | 'stderr'>;

/**
 * Looks at what is in the result's place, before anything is done.
 *
 * - A file is replaced as a whole.
 * - A device, and a stream of this process (`/dev/null`, `/dev/stdout`), is written into. To replace it would take it away
 *   from the whole machine.
 * - Anything else is refused, a link too. To follow it is not safe, since another user may have put it there; to replace
 *   it is wrong where somebody means the link.
 * @throws Failure `usage`
 */
export async function openResultFile(file: string, streams: Streams): Promise<ResultFile> {
  const stream = STREAM.exec(file);
  if (stream !== null) {
    const descriptor = stream[1] ? 1 : stream[2] ? 2 : Number(stream[3] ?? stream[4]);
    return writtenAtTheEnd(file, openStream(file, descriptor, streams));
  }
  const stats = await lstat(file).catch(() => undefined);
  if (stats === undefined || stats.isFile() || stats.isDirectory()) {
    const write = (outcome: CommandOutcome): Promise<void> => writeOutcomeFile(file, outcome);
    return { begin: write, write };
  }
  if (!stats.isCharacterDevice()) {
    const what = stats.isSymbolicLink() ? 'a symlink' : stats.isFIFO() ? 'a fifo' : 'neither a file nor a device';
    throw resultFileFailure(
      file,
      `it is ${what}`,
      'give --result the path of a file, of a device such as /dev/null, or /dev/stdout',
    );
  }
  return writtenAtTheEnd(file, await openDevice(file));
}

/** Only the last outcome is written: of two, the reader of a stream would take the first one for the result. */
const writtenAtTheEnd = (file: string, put: (text: string) => unknown): ResultFile => ({
  begin: async () => {},
  async write(outcome) {
    try {
      await put(outcomeText(outcome));
    } catch (error) {
      throw resultFileFailure(file, error);
    }
  },
});

function openStream(file: string, descriptor: number, { stdout, stderr }: Streams): (text: string) => unknown {
  if (descriptor === 1) return stdout;
  if (descriptor === 2) return stderr;
  try {
    // Fails where the descriptor is not open for writing.
    writeSync(descriptor, '');
  } catch (error) {
    throw resultFileFailure(file, error);
  }
  return (text) => promisify(writeFile)(descriptor, text);
}

/** Opens a device, and never makes a file. The device stays open until the process ends. */
async function openDevice(file: string): Promise<(text: string) => Promise<void>> {
  try {
    const device = await open(file, constants.O_WRONLY | constants.O_APPEND | constants.O_NOCTTY);
    return (text) => device.writeFile(text);
  } catch (error) {
    throw resultFileFailure(file, error);
  }
}
