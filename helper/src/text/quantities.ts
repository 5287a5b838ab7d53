/**
 * A count with commas: `1204` -> `1,204`. `Intl` would do the same, but its first use loads ICU's data: 13 ms of processor time
 * and 7 MB of memory, in every build.
 */
export const formatCount = (value: number): string => String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');

/** Bytes in powers of 1000: `5.1 MB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit > 0 && value < 99.95 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** Milliseconds in larger units: `0.4 s`, `27 s`, `1 min 48 s`, `1 h 5 min`. */
export function formatDuration(ms: number): string {
  if (ms < 9_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** ECS' CPU units as vCPUs: `512` -> `0.5 vCPU`. */
export const formatVcpus = (units: number): string => `${units / 1024} vCPU`;

/** MiB as GB. Fargate calls 1024 MiB a GB: `8192` -> `8 GB`. */
export const formatMemory = (mebibytes: number): string =>
  mebibytes % 512 === 0 ? `${mebibytes / 1024} GB` : `${mebibytes} MiB`;

/** `1 file`, `2 files` */
export const plural = (value: number, noun: string): string => `${formatCount(value)} ${noun}${value === 1 ? '' : 's'}`;
