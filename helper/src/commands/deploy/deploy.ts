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
import type { PreparedDeployment } from './prepared-deployment.ts';
import { showWithoutSecrets } from './shown-values.ts';
import { type WatchOptions, watchRollout } from './watch-rollout.ts';

/** What fargateDeploy returns. */
export interface DeployResult {
  service: string;
  cluster: string;
  /** ARN of the revision that the service runs now. */
  taskDefinition: string;
  /** ARN of the revision before; null for a new service. */
  previousTaskDefinition: string | null;
  /** False where the service had all of it already. */
  changed: boolean;
  /** ARN of the service deployment, or the deployment's id where the ARN is unknown; null where none was started. */
  deployment: string | null;
  /** The load balancer's URL; null without one. */
  url: string | null;
  /** `address:port` of each task, where there is no load balancer. */
  addresses: readonly string[];
  seconds: number;
}

/** Describes what a deployment would do, line by line. It only reads from AWS. */
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
    plan.presentDefinition &&
      describeDefinitionChanges(plan.presentDefinition, plan.definition, showWithoutSecrets(world.mask)),
  );
  const { least, minutes } = timeout;
  if (!params.wait || plan.service.kind === 'none' || least.minutes === 0) return lines;
  return [...lines, `  wait for it, up to ${minutes} min: it takes more than ${least.minutes} (${least.why})`];
}

type RecordPartial = (fields: Readonly<Record<string, unknown>>) => void;

/**
 * Deploys a service: plans, registers, creates or updates with one call, and watches the rollout to its end.
 * @param recordPartial is given each field of the result as soon as it is known
 * @throws Failure `deploy`, `superseded` or `timeout` where the rollout did not succeed
 */
export async function deployService(
  world: World,
  params: DeployParameters,
  settings: DeploySettings,
  workspace: string,
  recordPartial: RecordPartial = () => {},
): Promise<DeployResult> {
  const began = world.clock.now();
  const progress = { state: 'nothing was changed' };
  try {
    const prepared = await prepareDeployment(world, params, settings, workspace);
    return await performDeployment(world, params, prepared, { began, progress, recordPartial });
  } catch (error) {
    const { reason } = world.signal;
    if (!world.signal.aborted || !(reason instanceof Failure)) throw error;
    // The watch of the rollout throws a failure of its own, which tells the state already.
    if (error instanceof Failure && error.category === 'aborted' && error !== reason) throw error;
    const { category, message, hint, evidence, signal } = reason;
    throw new Failure(category, `${message}: ${progress.state}`, { hint, evidence, signal, cause: error });
  }
}

interface DeploymentRun {
  /** When it began, in the clock's milliseconds. */
  began: number;
  /** What an abort at this moment leaves behind, as a clause; kept up to date step by step. */
  progress: { state: string };
  recordPartial: RecordPartial;
}

async function performDeployment(
  world: World,
  params: DeployParameters,
  { wanted, plan, before, rollback, timeout }: PreparedDeployment,
  { began, progress, recordPartial }: DeploymentRun,
): Promise<DeployResult> {
  const { service, cluster } = wanted;
  world.report({ type: 'deploy-started', service, cluster, image: wanted.image });
  if (rollback) world.report({ type: 'rollback-chosen', ...rollback });
  recordPartial({ service, cluster, previousTaskDefinition: plan.previous ?? null });

  if (plan.register) progress.state = `service ${service} was not changed`;
  const taskDefinition = await ensureRevision(world, plan);
  recordPartial({ taskDefinition });
  progress.state = `service ${service} was not changed`;
  const deaths = new TaskDeaths(world, plan.definition);
  if (params.wait && plan.service.kind === 'update' && plan.service.scaleUp) await deaths.ignoreEarlier(wanted);
  world.signal.throwIfAborted();
  const { kind } = plan.service;
  const changed = kind === 'create' || kind === 'update';
  if (changed)
    progress.state = `ECS was asked to ${kind} service ${service} and gave no answer; nothing of it shows yet`;
  const ours = await startRollout(world, wanted, plan, taskDefinition, before);
  recordPartial({ deployment: ours.id ?? null });
  if (changed) progress.state = `service ${service} has ${shortId(taskDefinition)}, and ECS goes on by itself`;

  const rollout = new Rollout(world, ours, before, deaths);
  const findAddress = () => findServiceAddress(world, ours, servicePort(wanted, plan.definition));
  const onAbort = params.onAbort === 'leave' ? 'leave' : 'rollback';
  const options: WatchOptions = { began, timeout: timeout.minutes, onAbort, rollback: plan.undoesFailures };
  if (params.wait) await world.enterPhase?.('waiting');
  else if (kind !== 'none') {
    world.report({ type: 'rollout-ending', how: 'not waited for (wait: false): ECS goes on by itself' });
  }
  const { now, ...where } = await (params.wait ? watchRollout(world, rollout, options, findAddress) : findAddress());
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
