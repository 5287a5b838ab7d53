import { shortId } from '../../aws/arn.ts';
import { Failure } from '../../failure.ts';
import type { DeployParameters } from '../../parameters/deploy-parameters.ts';
import { describeDefinitionChanges } from '../../service/definition/describe-changes.ts';
import { servicePort } from '../../service/plan/load-balancers.ts';
import { planLines } from '../../service/plan/plan-lines.ts';
import { Rollout } from '../../service/rollout/rollout.ts';
import { findServiceAddress } from '../../service/rollout/service-address.ts';
import { ensureRevision, startRollout } from '../../service/rollout/start-rollout.ts';
import { TaskDeaths } from '../../service/rollout/task-deaths.ts';
import type { DeploySettings } from '../../settings/required-settings.ts';
import type { World } from '../../world.ts';
import { prepareDeployment } from './prepare-deployment.ts';
import { showWithoutSecrets } from './shown-values.ts';
import { type WatchOptions, watchRollout } from './watch-rollout.ts';

/** What fargateDeploy returns. */
export interface DeployResult {
  service: string;
  cluster: string;
  /** ARN of the revision that the service runs now. */
  taskDefinition: string;
  /** ARN of the one before; null for a new service. */
  previousTaskDefinition: string | null;
  /** False where there was nothing to do. */
  changed: boolean;
  /** ARN of the service deployment, else the deployment's id; null where none was started. */
  deployment: string | null;
  /** The load balancer's URL; null without one. */
  url: string | null;
  /** `address:port` of the tasks, where there is no load balancer. */
  addresses: readonly string[];
  seconds: number;
}

/** What a deployment would do, line by line; reads, and changes nothing. */
export async function describeDeployment(
  world: World,
  params: DeployParameters,
  settings: DeploySettings,
  workspace: string,
): Promise<string[]> {
  const { wanted, plan, rollback, timeout } = await prepareDeployment(world, params, settings, workspace);
  const lines = planLines(
    wanted,
    plan,
    rollback,
    plan.was && describeDefinitionChanges(plan.was, plan.definition, showWithoutSecrets(world.mask)),
  );
  const { least, minutes } = timeout;
  if (!params.wait || plan.service.kind === 'none' || least.minutes === 0) return lines;
  return [...lines, `  wait for it, up to ${minutes} min: it takes more than ${least.minutes} (${least.why})`];
}

/**
 * Deploys a service: plans, registers, creates or updates with one call, and watches the rollout to its end.
 * @throws Failure `deploy`, `superseded` or `timeout` where the rollout did not succeed
 */
export async function deployService(
  world: World,
  params: DeployParameters,
  settings: DeploySettings,
  workspace: string,
  partially: (fields: Readonly<Record<string, unknown>>) => void = () => {},
): Promise<DeployResult> {
  const left = { state: 'nothing was changed' };
  try {
    return await performDeploy(world, params, settings, workspace, partially, left);
  } catch (error) {
    const { reason } = world.signal;
    if (!world.signal.aborted || !(reason instanceof Failure)) throw error;
    // Who watched the rollout has told already what is left.
    if (error instanceof Failure && error.category === 'aborted' && error !== reason) throw error;
    const { category, message, hint, evidence, signal } = reason;
    throw new Failure(category, `${message}: ${left.state}`, { hint, evidence, signal, cause: error });
  }
}

async function performDeploy(
  world: World,
  params: DeployParameters,
  settings: DeploySettings,
  workspace: string,
  partially: (fields: Readonly<Record<string, unknown>>) => void,
  left: { state: string },
): Promise<DeployResult> {
  const began = world.clock.now();
  const { wanted, plan, before, rollback, timeout } = await prepareDeployment(world, params, settings, workspace);
  const { service, cluster } = wanted;
  world.report({ type: 'deploy-started', service, cluster, image: wanted.image });
  if (rollback) world.report({ type: 'rollback-chosen', ...rollback });
  partially({ service, cluster, previousTaskDefinition: plan.previous ?? null });

  if (plan.register) left.state = `service ${service} was not changed`;
  const taskDefinition = await ensureRevision(world, plan);
  partially({ taskDefinition });
  const { kind } = plan.service;
  left.state = `service ${service} was not changed`;
  const deaths = new TaskDeaths(world, plan.definition);
  if (params.wait && plan.service.kind === 'update' && plan.service.scaleUp) await deaths.noteEarlier(wanted);
  world.signal.throwIfAborted();
  if (kind === 'create' || kind === 'update') {
    left.state = `ECS was asked to ${kind} service ${service} and gave no answer; nothing of it shows yet`;
  }
  const ours = await startRollout(world, wanted, plan, taskDefinition, before);
  partially({ deployment: ours.id ?? null });
  const changed = kind === 'create' || kind === 'update';
  if (changed) left.state = `service ${service} has ${shortId(taskDefinition)}, and ECS goes on by itself`;
  const rollout = new Rollout(world, ours, before, deaths);
  const address = () => findServiceAddress(world, ours, servicePort(wanted, plan.definition));
  const onAbort = params.onAbort === 'leave' ? 'leave' : 'rollback';
  const options: WatchOptions = { began, timeout: timeout.minutes, onAbort, rollback: plan.undoesFailures };
  if (params.wait) await world.settle?.('waiting');
  else if (plan.service.kind !== 'none') {
    world.report({ type: 'rollout-ending', how: 'not waited for (wait: false): ECS goes on by itself' });
  }
  const { now, ...where } = await (params.wait ? watchRollout(world, rollout, before, options, address) : address());
  if (now?.desiredCount === 0) {
    world.report({
      type: 'warning',
      text: `service ${service} is scaled to 0 tasks: nothing runs (count: 1 starts one)`,
    });
  }
  const ms = world.clock.now() - began;
  if (params.wait) {
    world.report({ type: 'deploy-done', service, taskDefinition: shortId(taskDefinition), ...where, ms });
  }
  return {
    service,
    cluster,
    taskDefinition,
    previousTaskDefinition: plan.previous ?? null,
    changed,
    deployment: rollout.arn ?? (ours.started ? (ours.id ?? null) : null),
    url: where.url ?? null,
    addresses: where.addresses,
    seconds: Math.round(ms / 100) / 10,
  };
}
