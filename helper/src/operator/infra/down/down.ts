import type { OperatorWorld } from '../../operator-world.ts';
import { removeStack } from '../../stack/deploy-stack.ts';
import { readInventory } from '../inventory.ts';
import { noteKeptData } from '../kept-data.ts';
import { prefixComplaints, prefixOf } from '../stack-prefix.ts';
import { type DownStep, type KeptData, planDown } from '../up/plan-up.ts';
import { refuseParameters } from '../up/up-complaints.ts';
import type { DownParameters } from '../up/up-parameters.ts';
import { deleteData, listRepositories } from './delete-data.ts';
import { deleteDefinitions } from './delete-definitions.ts';
import { deleteServices } from './delete-services.ts';
import { stopTasks } from './stop-tasks.ts';

/** What `infra down` returns. */
export interface DownResult {
  readonly deleted: readonly string[];
  /** What stays, and is taken back by the next `up`. */
  readonly kept: { readonly bucket: string | null; readonly fileSystem: string | null; readonly repositories: number };
}

/**
 * Deletes the stacks, the newest first, and what fargateDeploy made in them. What holds data stays unless told.
 * @throws Failure `deploy` where a stack cannot be deleted; run again, it goes on from there
 */
export async function runInfraDown(world: OperatorWorld, params: DownParameters): Promise<DownResult> {
  const prefix = prefixOf(world, params);
  refuseParameters(prefixComplaints(prefix), 'infra down');
  const present = await readInventory(world, prefix);
  const steps = planDown(prefix, present, params.deleteData);
  const deleted: string[] = [];
  let kept: KeptData = present.kept;
  for (const step of steps) {
    if (step.do === 'note-kept') {
      await noteKeptData(world, prefix, step.kept);
      kept = step.kept;
    } else if (step.do === 'delete-services') await deleteServices(world, step.cluster, step.but);
    else if (step.do === 'stop-tasks') await stopTasks(world, step.cluster);
    else if (step.do === 'delete-data') {
      await deleteData(world, prefix, step.kept);
      kept = { bucket: undefined, fileSystem: undefined };
    } else {
      await removeStack(world, step.stack, { allowDataLoss: true, timeoutMs: params.timeout * 60_000 });
      deleted.push(step.stack.name);
    }
  }
  await deleteDefinitions(world, prefix);
  const images = params.deleteData ? 0 : (await listRepositories(world, prefix)).length;
  world.report({ type: 'infra-next', lines: describeWhatIsLeft(deleted, kept, images, params.deleteData) });
  return {
    deleted,
    kept: { bucket: kept.bucket ?? null, fileSystem: kept.fileSystem ?? null, repositories: images },
  };
}

function describeWhatIsLeft(
  deleted: readonly string[],
  { bucket, fileSystem }: KeptData,
  images: number,
  erased: boolean,
) {
  const kept = [
    ...(fileSystem === undefined ? [] : [`  ${fileSystem}, the file system of Jenkins`]),
    ...(bucket === undefined ? [] : [`  ${bucket}, the bucket of build contexts; it empties itself`]),
    ...(images === 0 ? [] : [`  ${images} ECR ${images === 1 ? 'repository' : 'repositories'} with images`]),
  ];
  const stacks = deleted.length === 0 ? 'There was no stack to delete' : 'All stacks are gone';
  const first = `${stacks}${erased ? ', and the data is gone' : ''}.`;
  if (kept.length === 0) return [first];
  return [
    `${first} Kept, and paid for as storage:`,
    ...kept,
    'fargate-ci infra up takes it back; fargate-ci infra down --delete-data deletes it.',
  ];
}

/** The plan of a `down`, line by line; nothing is changed. */
export async function downPlanText(world: OperatorWorld, params: DownParameters): Promise<string> {
  const prefix = prefixOf(world, params);
  refuseParameters(prefixComplaints(prefix), 'infra down');
  const steps = planDown(prefix, await readInventory(world, prefix), params.deleteData);
  const lines = steps.map(describeStep);
  return `${[...(lines.length > 0 ? lines : ['there is nothing to delete']), 'nothing was changed: this is a plan'].join('\n')}\n`;
}

function describeStep(step: DownStep): string {
  switch (step.do) {
    case 'delete-stack':
      return `delete  the stack ${step.stack.name}`;
    case 'delete-services':
      return `delete  the services in the cluster ${step.cluster}`;
    case 'stop-tasks':
      return `stop    the builds that run in the cluster ${step.cluster}`;
    case 'note-kept':
      return `note    ${describeData(step.kept)}, which no stack takes along`;
    case 'delete-data':
      return `delete  ${describeData(step.kept)}, all repositories in ECR  HOLDS DATA`;
  }
}

const describeData = ({ bucket, fileSystem }: KeptData): string =>
  [
    ...(fileSystem === undefined ? [] : [`the file system ${fileSystem}`]),
    ...(bucket === undefined ? [] : [`the bucket ${bucket}`]),
  ].join(', ') || 'no file system, no bucket';
