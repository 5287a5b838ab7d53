import { client } from '../errors.ts';

/** Fargate's sizes: CPU units, and [least, most, step] of memory in MiB. 256 and 512 units have values off the grid. */
const SIZES: Record<number, readonly [number, number, number]> = {
  256: [512, 2048, 1024],
  512: [1024, 4096, 1024],
  1024: [2048, 8192, 1024],
  2048: [4096, 16384, 1024],
  4096: [8192, 30720, 1024],
  8192: [16384, 61440, 4096],
  16384: [32768, 122880, 8192],
};

/** Reads `512`, `.5 vCPU` (CPU units) or `1024`, `1 GB` (MiB). */
export function amount(text: string, unit: 'vCPU' | 'GB'): number {
  const match = /^([\d.]+)\s*(vcpu|gb)?$/i.exec(text.trim());
  const number = Number(match?.[1]);
  if (!match || !Number.isFinite(number))
    throw client(`Invalid '${unit === 'GB' ? 'memory' : 'cpu'}' setting for task.`);
  return match[2] === undefined ? number : number * 1024;
}

/**
 * Refuses what Fargate has no size for
 * (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html).
 */
export function checkSize(cpu: number, memory: number): void {
  const size = SIZES[cpu];
  const [least, most, step] = size ?? [0, 0, 1];
  const onGrid = memory === least || memory % step === 0;
  if (!size || memory < least || memory > most || !onGrid) {
    throw client(
      `No Fargate configuration exists for given values: ${cpu} CPU, ${memory} memory. See the Amazon ECS documentation for the valid values.`,
    );
  }
}
