/** A Fargate task's size: CPU units (1024 are one vCPU) and MiB of memory. */
export interface TaskSize {
  cpu: number;
  memory: number;
}

/** The memory, in MiB, that Fargate allows for each cpu: from, to, step. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html */
const MEMORY: Readonly<Record<number, readonly [from: number, to: number, step: number]>> = {
  256: [512, 2048, 512],
  512: [1024, 4096, 1024],
  1024: [2048, 8192, 1024],
  2048: [4096, 16384, 1024],
  4096: [8192, 30720, 1024],
  8192: [16384, 61440, 4096],
  16384: [32768, 122880, 8192],
};
const CPUS = Object.keys(MEMORY).map(Number);
const STORAGE = { from: 21, to: 200 };

/** All valid amounts of memory for a cpu, ascending; empty where Fargate has no such cpu. */
function memories(cpu: number): number[] {
  const range = MEMORY[cpu];
  if (range === undefined) return [];
  const [from, to, step] = range;
  const all: number[] = [];
  for (let memory = from; memory <= to; memory += step) all.push(memory);
  // The smallest cpu allows 0.5, 1 and 2 GB, but not 1.5.
  return cpu === 256 ? all.filter((memory) => memory !== 1536) : all;
}

const isSize = ({ cpu, memory }: TaskSize): boolean => memories(cpu).includes(memory);

/** The smallest valid size with at least this cpu and this memory; the largest size of all where none is large enough. */
function atLeast({ cpu, memory }: TaskSize): TaskSize {
  for (const largerCpu of CPUS.filter((one) => one >= cpu)) {
    const fitting = memories(largerCpu).find((one) => one >= memory);
    if (fitting !== undefined) return { cpu: largerCpu, memory: fitting };
  }
  return { cpu: 16384, memory: 122880 };
}

/** Twice the size, or the nearest valid one to that; undefined where it is Fargate's largest already. */
export function largerSize({ cpu, memory }: TaskSize): TaskSize | undefined {
  const found = atLeast({ cpu: Math.min(cpu * 2, 16384), memory: memory * 2 });
  return found.memory > memory ? found : undefined;
}

/** Reads `512`, `"512"` and `".5 vCPU"` as CPU units; undefined for anything else. */
export function cpuUnits(value: string | number): number | undefined {
  return amount(value, 'vcpu');
}

/** Reads `1024`, `"1024"` and `"1 GB"` as MiB; undefined for anything else. */
export function mebibytes(value: string | number): number | undefined {
  return amount(value, 'gb');
}

function amount(value: string | number, unit: string): number | undefined {
  const match = /^\s*(\d*\.?\d+)\s*([a-z]*)\s*$/i.exec(String(value));
  if (match === null) return undefined;
  const [, digits = '', suffix = ''] = match;
  if (suffix === '') return Number(digits);
  return suffix.toLowerCase() === unit ? Number(digits) * 1024 : undefined;
}

/**
 * Everything that is wrong with the size of a task, one sentence for each fault, with the nearest valid size.
 * @param storage GiB of ephemeral storage; left out where the task takes Fargate's default
 */
export function sizeComplaints({ cpu, memory }: TaskSize, storage?: number): string[] {
  const complaints: string[] = [];
  if (!isSize({ cpu, memory })) complaints.push(sizeComplaint({ cpu, memory }));
  if (storage !== undefined && !(Number.isInteger(storage) && storage >= STORAGE.from && storage <= STORAGE.to)) {
    const nearest = Math.min(Math.max(Math.round(storage), STORAGE.from), STORAGE.to);
    complaints.push(
      `ephemeralStorage: ${storage} is not possible: Fargate has ${STORAGE.from} to ${STORAGE.to} GiB; the nearest is ephemeralStorage: ${nearest}`,
    );
  }
  return complaints;
}

function sizeComplaint({ cpu, memory }: TaskSize): string {
  const range = MEMORY[cpu];
  const nearest = atLeast({ cpu, memory });
  const suggested = `memory: ${nearest.memory}, cpu: ${nearest.cpu}`;
  if (range === undefined) {
    return `cpu: ${cpu} is not possible: Fargate has ${CPUS.join(', ')}; the nearest size is ${suggested}`;
  }
  const [from, to, step] = range;
  const steps = cpu === 256 ? '512, 1024 or 2048 MiB' : `${from} to ${to} MiB in steps of ${step}`;
  const sameCpu = memories(cpu).reduce((a, b) => (Math.abs(b - memory) < Math.abs(a - memory) ? b : a), from);
  const alternative = nearest.cpu === cpu && nearest.memory === sameCpu ? '' : `memory: ${sameCpu}, cpu: ${cpu}, or `;
  return `memory: ${memory} does not go with cpu: ${cpu}: Fargate has ${steps} for it; the nearest is ${alternative}${suggested}`;
}
