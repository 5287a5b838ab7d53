import { relative, resolve } from 'node:path';
import { Failure } from '../../failure.ts';
import type { DeployParameters } from '../../parameters/deploy-parameters.ts';
import { describesService } from '../../parameters/given-deploy-parameters.ts';
import { valuesToHide } from '../../secrets/found-secret.ts';
import { secretsInDefinition, valuesInDefinition } from '../../secrets/in-definition.ts';
import { exposedByDefinition } from '../../secrets/warnings.ts';
import { chooseImage, imageMissing } from '../../service/definition/choose-image.ts';
import { parseDefinitionFile } from '../../service/definition/definition-file.ts';
import { type ContainersLeftBehind, imageOfContainer } from '../../service/definition/merge-definition.ts';
import { changesCircuitBreaker } from '../../service/plan/circuit-breaker.ts';
import { observeService } from '../../service/plan/observe-service.ts';
import { planDeployment } from '../../service/plan/plan-deployment.ts';
import type { Definition } from '../../service/revision.ts';
import type { DeploySettings } from '../../settings/required-settings.ts';
import { isTooDeep } from '../../text/json-depth.ts';
import { isInside } from '../../workspace/boundary.ts';
import { readRegularFile } from '../../workspace/regular-file.ts';
import type { World } from '../../world.ts';
import { prepareRollback } from './prepare-rollback.ts';
import type { PreparedDeployment } from './prepared-deployment.ts';
import { resolveWanted } from './resolve-wanted.ts';
import { rolloutTimeout } from './rollout-timeout.ts';

/**
 * Reads the service and plans its deployment. Nothing is changed.
 * @throws Failure `usage` with all complaints about the parameters
 */
export async function prepareDeployment(
  world: World,
  params: DeployParameters,
  settings: DeploySettings,
  workspace: string,
): Promise<PreparedDeployment> {
  if (params.rollbackTo !== undefined) return prepareRollback(world, params, settings, params.rollbackTo);
  const choice = chooseImage(params.image, params.candidates, params.unpushed);
  const family = `${settings.prefix}-${params.service}`;
  const path = params.taskDefinition;
  const file = path === undefined ? undefined : await readDefinition(world, workspace, path);
  const name = { cluster: settings.cluster, service: params.service };
  const { observed, before } = await observeService(world, name, { file: file?.family, otherwise: family });
  world.mask.add(valuesInDefinition(observed.present?.definition));
  const base = file && { ...file, family: file.family || observed.present?.definition.family || family };
  const deployed = { service: params.service, container: params.container?.[0] };
  const presentImage = imageOfContainer(observed.present?.definition ?? base, deployed);
  const wanted = await resolveWanted(world, params, settings, choice, presentImage);
  const plan = planDeployment(wanted, observed, base);
  if (choice.kind === 'keep') {
    const nothingToDo = plan.service.kind === 'none' || plan.service.kind === 'follow';
    const hasNoImage = observed.service === undefined && base === undefined;
    // An image that was built in this run but is not deployed was most likely forgotten.
    const forgotten = nothingToDo && choice.candidates.length + choice.unpushed.length > 0;
    const asksForChange =
      describesService(params) || changesCircuitBreaker(wanted, observed.service?.deploymentConfiguration);
    if (hasNoImage || forgotten || !asksForChange) throw imageMissing(params.service, choice);
  }
  const timeout = rolloutTimeout(params, plan, observed.service);
  const complaints = [...plan.complaints, ...(timeout.complaint === undefined ? [] : [timeout.complaint])];
  if (complaints.length > 0) {
    throw new Failure('usage', `service ${params.service} cannot be deployed like this: ${complaints[0]}`, {
      hint: 'nothing was changed',
      evidence: complaints,
    });
  }
  if (timeout.warning !== undefined) world.report({ type: 'warning', text: timeout.warning });
  if (plan.leftBehind) {
    world.report({ type: 'warning', text: leftBehindWarning(params.service, plan.leftBehind) });
  }
  return { wanted, plan, before, timeout };
}

/** A task with two versions of one application is rarely meant. */
function leftBehindWarning(service: string, { updated, unchanged }: ContainersLeftBehind): string {
  const all = [...updated, ...unchanged].map((name) => `'${name}'`).join(', ');
  return `of service ${service} only ${updated.join(', ')} gets the new image; ${unchanged.join(', ')} had the very same one and keeps it: container: [${all}] moves all of them`;
}

/**
 * Reads a task definition file. Its secrets are added to the mask before any text of the file can be shown.
 * @param named path without links, which the caller has checked; a link that replaces the file meanwhile is not followed
 */
async function readDefinition(
  world: Pick<World, 'mask' | 'report'>,
  workspace: string,
  named: string,
): Promise<Definition> {
  const file = resolve(workspace, named);
  const path = isInside(workspace, file) ? relative(workspace, file) : named;
  let text: string;
  try {
    text = await readRegularFile(file);
  } catch (error) {
    throw new Failure('usage', `the task definition ${path} cannot be read`, {
      hint: 'taskDefinition is the path of a JSON file in the workspace',
      evidence: [error instanceof Error ? error.message : String(error)],
      cause: error,
    });
  }
  const secrets = secretsInDefinition(parseJsonOrUndefined(text));
  world.mask.add(secrets.flatMap(({ found }) => valuesToHide(found)));
  const definition = parseDefinitionFile(text, path, (members) =>
    world.report({ type: 'warning', text: unknownMembersWarning(path, members) }),
  );
  for (const warning of exposedByDefinition(path, secrets)) world.report({ type: 'warning', text: warning });
  return definition;
}

const unknownMembersWarning = (path: string, members: readonly string[]): string =>
  `${path} has what this release of fargate-ci does not know: ${members.join(', ')}. It goes to ECS as it is; if ECS leaves it out of the revision, take it out of the file, or each deployment registers a revision anew`;

/** A text as JSON; undefined where it is none: the parser of task definitions reports that later. */
function parseJsonOrUndefined(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    return isTooDeep(value) ? undefined : value;
  } catch {
    return undefined;
  }
}
