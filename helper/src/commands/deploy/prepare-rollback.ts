import { shortId } from '../../aws/arn.ts';
import { isAccessDenied } from '../../aws/errors.ts';
import { Failure } from '../../failure.ts';
import type { DeployParameters } from '../../parameters/deploy-parameters.ts';
import { ecrImage, ecrRegion, isEcr } from '../../registry/ecr.ts';
import { parseReference } from '../../registry/image-reference.ts';
import { valuesInDefinition } from '../../secrets/in-definition.ts';
import { originalRevision } from '../../service/definition/revision-copies.ts';
import type { ObservedService } from '../../service/plan/deployment-plan.ts';
import { observeService } from '../../service/plan/observe-service.ts';
import { planRollback } from '../../service/plan/plan-rollback.ts';
import { readRevision, type ServiceName } from '../../service/read-service.ts';
import type { Revision } from '../../service/revision.ts';
import { choosePrevious, namedRevision } from '../../service/rollback/deployment-history.ts';
import { readHistory } from '../../service/rollback/read-history.ts';
import type { DeploySettings } from '../../settings/required-settings.ts';
import type { World } from '../../world.ts';
import type { PreparedDeployment, RollbackTarget } from './prepared-deployment.ts';
import { resolveWanted } from './resolve-wanted.ts';
import { rolloutTimeout } from './rollout-timeout.ts';

/**
 * Plans a rollback. Reasons why the old revision could not run are found before anything is changed.
 * @param to `previous`, or a revision as the user names it
 * @throws Failure `usage` where there is no such revision, `registry` where its image is gone
 */
export async function prepareRollback(
  world: World,
  params: DeployParameters,
  settings: DeploySettings,
  to: string,
): Promise<PreparedDeployment> {
  const name = { cluster: settings.cluster, service: params.service };
  const { observed, before } = await observeService(world, name, { otherwise: `${settings.prefix}-${params.service}` });
  const target = await chooseTarget(world, name, observed, to);
  const revision = await readExistingRevision(world, target, params.service);
  world.mask.add([observed.present, revision].flatMap((one) => valuesInDefinition(one?.definition)));
  await requireImages(world, revision);
  const wanted = await resolveWanted(
    world,
    params,
    settings,
    { kind: 'keep', candidates: [], unpushed: [] },
    undefined,
  );
  const planned = planRollback(wanted, observed, revision);
  const timeout = rolloutTimeout(params, planned.plan, observed.service);
  if (timeout.complaint !== undefined) {
    throw new Failure('usage', `service ${params.service} cannot go back like this: ${timeout.complaint}`, {
      hint: 'nothing was changed',
    });
  }
  if (timeout.warning !== undefined) world.report({ type: 'warning', text: timeout.warning });
  const from = shortId(observed.service?.taskDefinition ?? '');
  const copied = planned.plan.register ? '; it was deregistered, so a copy of it is registered' : '';
  return { ...planned, before, timeout, rollback: { ...target, from, why: `${target.why}${copied}` } };
}

async function chooseTarget(
  world: World,
  name: ServiceName,
  observed: ObservedService,
  to: string,
): Promise<RollbackTarget> {
  const { service, present } = observed;
  if (service === undefined) {
    throw new Failure('usage', `there is no service ${name.service} in cluster ${name.cluster}: nothing to roll back`, {
      hint: 'check its name, the cluster and the region; --verbose shows where each comes from',
    });
  }
  if (to !== 'previous') {
    const family = present?.definition.family ?? shortId(service.taskDefinition ?? '').replace(/:\d+$/, '');
    const revision = namedRevision(to, family);
    refuseOtherFamily(revision, family, name.service);
    return { revision, why: 'as rollbackTo says' };
  }
  const original = originalRevision(present?.definition);
  const found = choosePrevious(await readHistory(world, name, service, original));
  if (found.kind === 'none') throw nothingEarlier(name.service, found.revision, found.why);
  const further =
    found.kind === 'stay' && found.earlier ? `; further back is ${found.earlier}: rollbackTo: '${found.earlier}'` : '';
  // The service may run a copy of the original: then it stays at the copy.
  const revision = found.revision === original ? shortId(service.taskDefinition ?? '') : found.revision;
  return { revision, why: `${found.why}${further}` };
}

const nothingEarlier = (service: string, present: string, why: string): Failure =>
  new Failure('usage', `service ${service} has nothing to go back to: ${why}`, {
    hint: 'nothing was changed; ECS shows the deployments of 90 days: if you know an earlier revision that worked, name it: rollbackTo: 41',
    evidence: [`${present} is what the service is set to`],
  });

/** A revision of another family most likely belongs to another application. */
function refuseOtherFamily(revision: string, family: string, service: string): void {
  const other = revision.replace(/:\d+$/, '');
  if (other === family) return;
  throw new Failure('usage', `service ${service} runs revisions of ${family}, and ${revision} is one of ${other}`, {
    hint: `nothing was changed; name one of ${family}'s, for instance by its number alone`,
  });
}

async function readExistingRevision(world: World, { revision }: RollbackTarget, service: string): Promise<Revision> {
  const found = await readRevision(world, revision);
  if (found) return found;
  throw new Failure('usage', `service ${service} cannot go back to ${revision}: it does not exist`, {
    hint: 'nothing was changed; name another revision (rollbackTo: 41), or deploy its image anew: fargateDeploy(image: ...)',
  });
}

/** Checks the images first: with one missing, ECS would only fail after it has stopped tasks that work. */
async function requireImages(world: World, { arn, definition }: Revision): Promise<void> {
  const images = (definition.containerDefinitions ?? []).flatMap(({ image }) => image ?? []);
  const missing: string[] = [];
  for (const image of new Set(images)) if (await isImageMissing(world, image)) missing.push(image);
  if (missing.length === 0) return;
  throw new Failure('registry', `${shortId(arn)} cannot be gone back to: its image is no longer in ECR`, {
    hint: "nothing was changed; name another revision (rollbackTo: 41), or build the image anew; ECR's lifecycle rules say what is kept",
    evidence: missing,
  });
}

/** True where ECR says that it has no such image. Images elsewhere, and repositories we may not read, are left to ECS. */
async function isImageMissing(world: World, image: string): Promise<boolean> {
  const reference = parseReference(image);
  const region = ecrRegion(reference.registry) ?? world.aws.region;
  if (!isEcr(reference.registry, world.env) || region !== world.aws.region) return false;
  try {
    return (await ecrImage(world, reference)) === undefined;
  } catch (error) {
    if (!(error instanceof Failure) || !isAccessDenied(error.cause)) throw error;
    world.report({ type: 'warning', text: `whether ${image} is still there is not known: ${error.message}` });
    return false;
  }
}
