import type { OperatorWorld } from '../../operator-world.ts';
import { refuseParameters } from '../../refuse-parameters.ts';
import { removeStack } from '../../stack/deploy-stack.ts';
import { readInventory } from '../inventory.ts';
import { type KeptData, noteKeptData } from '../kept-data.ts';
import { prefixComplaints, prefixOf } from '../stack-prefix.ts';
import { deleteData, listRepositories } from './delete-data.ts';
import { deleteDefinitions } from './delete-definitions.ts';
import { deleteServices } from './delete-services.ts';
import type { DownParameters } from './down-parameters.ts';
import { type DownStep, planDown } from './plan-down.ts';
import { stopTasks } from './stop-tasks.ts';

/** What `infra down` returns. */
interface DownResult {
  readonly deleted: readonly string[];
  /** The data that stays; the next `up` takes it back. */
  readonly kept: { readonly bucket: string | null; readonly fileSystem: string | null; readonly repositories: number };
}

/**
 * Deletes the stacks, the newest first, and what fargateDeploy made in them. What holds data stays, unless the operator
 * wants it deleted.
 * @throws Failure `deploy` where a stack cannot be deleted; a second run goes on from there
 */
export async function runInfraDown(world: OperatorWorld, params: DownParameters): Promise<DownResult> {
  const prefix = prefixOf(world, params);
  refuseParameters(prefixComplaints(prefix), 'infra down');
  const present = await readInventory(world, prefix);
  const steps = planDown(prefix, present, params.deleteData);
  const deleted: string[] = [];
  let kept: KeptData = present.kept;
  for (const step of steps) {
    if (step.action === 'note-kept') {
      await noteKeptData(world, prefix, step.kept);
      kept = step.kept;
    } else if (step.action === 'delete-services') await deleteServices(world, step.cluster, step.except);
    else if (step.action === 'stop-tasks') await stopTasks(world, step.cluster);
    else if (step.action === 'delete-data') {
      await deleteData(world, prefix, step.kept);
      kept = { bucket: undefined, fileSystem: undefined };
    } else {
      await removeStack(world, step.stack, params.timeout * 60_000);
      deleted.push(step.stack.name);
    }
  }
  await deleteDefinitions(world, prefix);
  const repositories = params.deleteData ? 0 : (await listRepositories(world, prefix)).length;
  const lines = summarizeDown({ deleted, kept, repositories, dataDeleted: params.deleteData });
  world.report({ type: 'infra-next', lines });
  return { deleted, kept: { bucket: kept.bucket ?? null, fileSystem: kept.fileSystem ?? null, repositories } };
}

interface DownOutcome {
  readonly deleted: readonly string[];
  readonly kept: KeptData;
  readonly repositories: number;
  readonly dataDeleted: boolean;
}

function summarizeDown({ deleted, kept, repositories, dataDeleted }: DownOutcome): string[] {
  const { bucket, fileSystem } = kept;
  const rest = [
    ...(fileSystem === undefined ? [] : [`  ${fileSystem}, the file system of Jenkins`]),
    ...(bucket === undefined ? [] : [`  ${bucket}, the bucket of build contexts; it empties itself`]),
    ...(repositories === 0
      ? []
      : [`  ${repositories} ECR ${repositories === 1 ? 'repository' : 'repositories'} with images`]),
  ];
  const stacks = deleted.length === 0 ? 'There was no stack to delete' : 'All stacks are gone';
  const first = `${stacks}${dataDeleted ? ', and the data is gone' : ''}.`;
  if (rest.length === 0) return [first];
  return [
    `${first} Kept, and paid for as storage:`,
    ...rest,
    'fargate-ci infra up takes it back; fargate-ci infra down --delete-data deletes it.',
  ];
}

/** The plan of a `down`, line by line; nothing is changed. */
export async function downPlanText(world: OperatorWorld, params: DownParameters): Promise<string> {
  const prefix = prefixOf(world, params);
  refuseParameters(prefixComplaints(prefix), 'infra down');
  const steps = planDown(prefix, await readInventory(world, prefix), params.deleteData);
  const lines = steps.map(describeDownStep);
  return `${[...(lines.length > 0 ? lines : ['there is nothing to delete']), 'nothing was changed: this is a plan'].join('\n')}\n`;
}

function describeDownStep(step: DownStep): string {
  switch (step.action) {
    case 'delete-stack':
      return `delete  the stack ${step.stack.name}`;
    case 'delete-services':
      return `delete  the services in the cluster ${step.cluster}`;
    case 'stop-tasks':
      return `stop    the builds that run in the cluster ${step.cluster}`;
    case 'note-kept':
      return `note    ${describeKeptData(step.kept)}, which no stack takes along`;
    case 'delete-data':
      return `delete  ${describeKeptData(step.kept)}, all repositories in ECR  HOLDS DATA`;
  }
}

const describeKeptData = ({ bucket, fileSystem }: KeptData): string =>
  [
    ...(fileSystem === undefined ? [] : [`the file system ${fileSystem}`]),
    ...(bucket === undefined ? [] : [`the bucket ${bucket}`]),
  ].join(', ') || 'no file system, no bucket';
