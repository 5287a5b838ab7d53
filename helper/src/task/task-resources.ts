import { largerSize, type TaskSize } from '../ecs/task-sizes.ts';

/** The size of a task, as hints need it. */
export interface TaskResources extends TaskSize {
  /** GiB. */
  ephemeralStorage: number;
  /** The step whose parameters the hints name. */
  step: 'kanikoBuild' | 'fargateDeploy';
}

/** The parameters that give a task more memory, e.g. `kanikoBuild(..., memory: 16384, cpu: 4096)`. */
export function moreMemory(resources: TaskSize & Pick<TaskResources, 'step'>): string {
  const size = largerSize(resources);
  if (size === undefined) return `${resources.step} with less in memory at once: this is Fargate's largest size`;
  const cpu = size.cpu === resources.cpu ? '' : `, cpu: ${size.cpu}`;
  return `${resources.step}(..., memory: ${size.memory}${cpu})`;
}

/** The parameter that gives a task more disk. */
export function moreDisk({ ephemeralStorage, step }: Pick<TaskResources, 'ephemeralStorage' | 'step'>): string {
  if (ephemeralStorage >= 200) return `${step} with less on disk at once: 200 GiB are Fargate's largest disk`;
  return `${step}(..., ephemeralStorage: ${Math.min(200, Math.max(40, ephemeralStorage * 2))})`;
}
