import { ensureEcsLinkedRole } from '../../account/linked-role.ts';
import { readManagedPolicy } from '../../account/managed-policy.ts';
import type { OperatorWorld } from '../../operator-world.ts';
import { deployStack, importResource, prepareForChange, type StackLimits } from '../../stack/deploy-stack.ts';
import type { DesiredStack } from '../../stack/plan-change.ts';
import type { MainStack, ObservedStack } from '../../stack/stacks.ts';
import { forgetKeptData } from '../kept-data.ts';
import { ensureControllerImage } from './controller-image.ts';
import { nextSteps } from './next-steps.ts';
import { hasResources, newStacks, stacksToDeploy } from './plan-up.ts';
import { CONTEXT_BUCKET, desiredStack, type ProgramFiles, prepareUp, type UpRequest } from './prepare-up.ts';
import type { UpParameters } from './up-parameters.ts';

/** What `infra up` returns. */
export interface UpResult {
  /** Names and states of the stacks. */
  readonly stacks: Readonly<Record<string, string>>;
  readonly url: string | null;
  /** ARN of the secret with the administrator's password; null without Jenkins, or where it is a bare one. */
  readonly adminSecret: string | null;
  /** What a Jenkins elsewhere needs. */
  readonly callerPolicy: string | null;
}

/**
 * Brings all stacks to what is wanted, one after the other; again, it changes what is left to change, or nothing.
 * @throws Failure of many categories; what was done by then stays, and the same command goes on from it
 */
export async function runInfraUp(
  world: OperatorWorld,
  params: UpParameters,
  own: ProgramFiles,
  partially: (fields: Readonly<Record<string, unknown>>) => void = () => {},
): Promise<UpResult> {
  const job = await prepareUp(world, params, own);
  const limits: StackLimits = { allowDataLoss: params.allowDataLoss, timeoutMs: params.timeout * 60_000 };
  const done = new Map<MainStack, ObservedStack>();
  // First of all: it is seen everywhere by the time that the cluster is made.
  if (newStacks(job.target, job.present).includes('builder')) await ensureEcsLinkedRole(world);
  for (const kind of stacksToDeploy(job.target, job.present.stacks)) {
    const found =
      kind === 'jenkins' && !job.target.ownImage
        ? { ControllerImage: await ensureControllerImage(world, controllerImageRequest(job)) }
        : {};
    const wanted = desiredStack(job, kind, done, found);
    const before = await importKeptBucket(world, job, kind, wanted, limits);
    if (kind === 'jenkins' && !hasResources(before) && job.present.kept.fileSystem !== undefined) {
      const text = `taking the file system ${job.present.kept.fileSystem} back: Jenkins goes on with what it had`;
      world.report({ type: 'infra-step', topic: 'stack', text });
    }
    done.set(kind, await deployStack(world, wanted, before, limits));
    if (kind === 'jenkins' && job.present.kept.fileSystem !== undefined)
      await forgetKeptData(world, job.prefix, 'fileSystem');
    partially({ stacks: stackStatuses(done) });
  }
  const jenkins = done.get('jenkins')?.outputs;
  const result: UpResult = {
    stacks: stackStatuses(done),
    url: jenkins?.Url ?? null,
    adminSecret: jenkins?.AdminSecretArn ?? null,
    callerPolicy: done.get('builder')?.outputs.CallerPolicyArn ?? null,
  };
  const policy = result.url === null ? await readManagedPolicy(world, result.callerPolicy ?? '') : undefined;
  const place = { prefix: job.prefix, region: world.aws.region };
  const lines = nextSteps(result, { ...place, jenkins: done.get('jenkins'), policy });
  world.report({ type: 'infra-next', lines });
  return result;
}

const controllerImageRequest = ({ prefix, controller, params }: UpRequest) => ({
  prefix,
  folder: controller,
  verbose: params.verbose,
});

const stackStatuses = (done: ReadonlyMap<MainStack, ObservedStack>): Record<string, string> =>
  Object.fromEntries([...done.values()].map(({ name, status }) => [name, status]));

/** Takes a kept bucket into a new builder stack, before the rest of it is made. @returns what the stack is then */
async function importKeptBucket(
  world: OperatorWorld,
  job: UpRequest,
  kind: MainStack,
  wanted: DesiredStack,
  limits: StackLimits,
) {
  const before = job.present.stacks.get(wanted.name);
  const { bucket } = job.present.kept;
  if (kind !== 'builder' || bucket === undefined) return before;
  const present = await prepareForChange(world, before, world.clock.now() + limits.timeoutMs);
  if (present !== undefined) return present;
  const resource = { ...CONTEXT_BUCKET, ResourceIdentifier: { BucketName: bucket } };
  const imported = await importResource(world, wanted, resource, limits);
  await forgetKeptData(world, job.prefix, 'bucket');
  return imported;
}
