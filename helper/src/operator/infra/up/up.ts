import { ensureEcsLinkedRole } from '../../account/linked-role.ts';
import { readManagedPolicy } from '../../account/managed-policy.ts';
import type { OperatorWorld } from '../../operator-world.ts';
import { deployStack, importResource, prepareForChange, type StackLimits } from '../../stack/deploy-stack.ts';
import type { DesiredStack } from '../../stack/plan-change.ts';
import type { MainStack, ObservedStack } from '../../stack/stacks.ts';
import { forgetKeptData } from '../kept-data.ts';
import { ensureControllerImage } from './controller-image.ts';
import { CONTEXT_BUCKET, desiredStack } from './desired-stack.ts';
import { nextSteps } from './next-steps.ts';
import { hasResources, newStacks, stacksToDeploy } from './plan-up.ts';
import { prepareUp } from './prepare-up.ts';
import type { UpParameters } from './up-parameters.ts';
import type { ProgramFiles, UpRequest } from './up-request.ts';

/** What `infra up` returns. */
interface UpResult {
  /** Names and states of the stacks. */
  readonly stacks: Readonly<Record<string, string>>;
  readonly url: string | null;
  /** ARN of the secret with the administrator's password; null without Jenkins, or where it is a bare one. */
  readonly adminSecret: string | null;
  /** ARN of the policy that a Jenkins elsewhere needs. */
  readonly callerPolicy: string | null;
}

/**
 * Creates or updates all stacks, one after the other. A second run changes only what is left to change.
 * @throws Failure of many categories; what was done by then stays, and the same command goes on from it
 */
export async function runInfraUp(
  world: OperatorWorld,
  params: UpParameters,
  files: ProgramFiles,
  recordPartial: (fields: Readonly<Record<string, unknown>>) => void = () => {},
): Promise<UpResult> {
  const request = await prepareUp(world, params, files);
  const { prefix, target, present } = request;
  const limits: StackLimits = { allowDataLoss: params.allowDataLoss, timeoutMs: params.timeout * 60_000 };
  const done = new Map<MainStack, ObservedStack>();
  // The role is made before all else: AWS needs a while until a new cluster can see it.
  if (newStacks(target, present).includes('builder')) await ensureEcsLinkedRole(world);
  for (const kind of stacksToDeploy(target, present.stacks)) {
    const found =
      kind === 'jenkins' && !target.ownImage
        ? { ControllerImage: await ensureControllerImage(world, imageRequestOf(request)) }
        : {};
    const desired = desiredStack(request, kind, done, found);
    const before =
      kind === 'builder' ? await importKeptBucket(world, request, desired, limits) : present.stacks.get(desired.name);
    const takesFileSystem = kind === 'jenkins' && present.kept.fileSystem !== undefined;
    if (takesFileSystem && !hasResources(before)) {
      const text = `taking the file system ${present.kept.fileSystem} back: Jenkins goes on with what it had`;
      world.report({ type: 'infra-step', topic: 'stack', text });
    }
    done.set(kind, await deployStack(world, desired, before, limits));
    if (takesFileSystem) await forgetKeptData(world, prefix, 'fileSystem');
    recordPartial({ stacks: statusesOf(done) });
  }
  const jenkins = done.get('jenkins');
  const result: UpResult = {
    stacks: statusesOf(done),
    url: jenkins?.outputs.Url ?? null,
    adminSecret: jenkins?.outputs.AdminSecretArn ?? null,
    callerPolicy: done.get('builder')?.outputs.CallerPolicyArn ?? null,
  };
  const policy = result.url === null ? await readManagedPolicy(world, result.callerPolicy ?? '') : undefined;
  const lines = nextSteps({ ...result, prefix, region: world.aws.region, jenkins, policy });
  world.report({ type: 'infra-next', lines });
  return result;
}

const imageRequestOf = ({ prefix, controller, params }: UpRequest) => ({
  prefix,
  folder: controller,
  verbose: params.verbose,
});

const statusesOf = (done: ReadonlyMap<MainStack, ObservedStack>): Record<string, string> =>
  Object.fromEntries([...done.values()].map(({ name, status }) => [name, status]));

/**
 * Takes a bucket that an earlier `down` kept into a new builder stack, before the rest of that stack is made.
 * @returns the builder stack as it is then
 */
async function importKeptBucket(
  world: OperatorWorld,
  { prefix, present: { stacks, kept } }: UpRequest,
  desired: DesiredStack,
  limits: StackLimits,
): Promise<ObservedStack | undefined> {
  const before = stacks.get(desired.name);
  if (kept.bucket === undefined) return before;
  const present = await prepareForChange(world, before, world.clock.now() + limits.timeoutMs);
  if (present !== undefined) return present;
  const resource = { ...CONTEXT_BUCKET, ResourceIdentifier: { BucketName: kept.bucket } };
  const imported = await importResource(world, desired, resource, limits);
  await forgetKeptData(world, prefix, 'bucket');
  return imported;
}
