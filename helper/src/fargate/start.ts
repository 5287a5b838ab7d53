import { createHash } from 'node:crypto';
import { type Failure as EcsFailure, RunTaskCommand, type RunTaskCommandOutput, type Task } from '@aws-sdk/client-ecs';
import { awsErrorFacts, awsFailure, isThrottled, isUnclear } from '../aws/errors.ts';
import { Failure } from '../failure.ts';
import type { World } from '../world.ts';
import { findRunning, startedBefore, stillRuns } from './adopt.ts';
import { shortId } from './links.ts';
import { stopTask } from './stop.ts';
import { runInput, type TaskRequest } from './task.ts';
import { spread, within } from './waiting.ts';

/** How long Fargate may be short of capacity before that is the build's failure. */
const PATIENCE_MS = 300_000;
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 60_000;
/** After an abort: so long for the answer under way, then so long for a repeated call. */
const LAST_ANSWER_MS = 2_000;
const MOST_ATTEMPTS = 30;

/** A repeated token starts nothing, even when its first task is dead: each attempt has one of its own. */
function attemptToken(token: string, attempt: number): string {
  if (attempt === 1) return token;
  return createHash('sha256').update(`${token}/${attempt}`).digest('hex');
}

const isCapacity = (text: string): boolean =>
  /Capacity is unavailable|RESOURCE:FARGATE|insufficient capacity/i.test(text);
const isQuota = (text: string): boolean => /limit on the number of vCPUs|vCPU|service quota/i.test(text);
const textOf = ({ reason, detail }: EcsFailure): string => [reason, detail].filter(Boolean).join(': ');

/**
 * Starts one task. Waits a while where Fargate has no room; adopts the task that an earlier call of the same build has
 * started and that still runs.
 * @throws Failure `platform` where Fargate does not start it, `usage` where cluster or task definition do not exist,
 * `aws` where ECS refuses or fails, the signal's reason on an abort: then whatever was started is stopped
 */
export async function startTask(world: World, request: TaskRequest, deadline: number): Promise<Task> {
  const { clock, signal, report } = world;
  const patience = Math.min(deadline, clock.now() + PATIENCE_MS);
  let pause = FIRST_PAUSE_MS;
  for (let attempt = 1, shortages = 0; attempt <= MOST_ATTEMPTS; attempt += 1) {
    const outcome = await runOnce(world, request, attemptToken(request.clientToken, attempt));
    if ('task' in outcome) {
      if (outcome.earlier) report({ type: 'task-adopted', id: shortId(outcome.task.taskArn ?? '') });
      return outcome.task;
    }
    // The token's task is over, and nothing has been started: the next attempt has a token of its own.
    if ('over' in outcome) continue;
    const failure = refusal(outcome.refused, request);
    if (outcome.final || clock.now() + pause > patience) throw failure;
    if (shortages === 0) report({ type: 'warning', text: `${failure.message}; trying again for a while` });
    shortages += 1;
    await clock.sleep(Math.ceil(pause * (0.75 + spread(`${request.clientToken}/${attempt}`) / 2)), signal);
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  }
  throw new Failure('platform', 'Fargate started no task', {
    hint: 'run it again; if this stays, look at the stopped tasks of the cluster',
    evidence: [`${MOST_ATTEMPTS} attempts`],
  });
}

type Outcome =
  /** `earlier`: started by another call of this build. */
  { task: Task; earlier: boolean } | { over: true } | { refused: readonly EcsFailure[]; final: boolean };

async function runOnce(world: World, request: TaskRequest, token: string): Promise<Outcome> {
  const answer = await send(world, request, token);
  if ('before' in answer) {
    const task = await findRunning(world, request.cluster, answer.before);
    return task === undefined ? { over: true } : { task, earlier: true };
  }
  const [task] = answer.tasks ?? [];
  if (task?.taskArn !== undefined) {
    return (await stillRuns(world, request.cluster, task)) ? { task, earlier: false } : { over: true };
  }
  const refused = answer.failures ?? [];
  const passing = refused.some((one) => isCapacity(textOf(one)) || isQuota(textOf(one)));
  return { refused, final: !passing };
}

/** Sends RunTask, again where the answer is missing: the token makes sure that it starts one task at most. */
async function send(
  world: World,
  request: TaskRequest,
  token: string,
): Promise<RunTaskCommandOutput | { before: readonly string[] }> {
  const { clock, signal } = world;
  const run = (abortSignal?: AbortSignal) =>
    world.aws.ecs.send(new RunTaskCommand(runInput(request, token)), abortSignal ? { abortSignal } : {});
  for (let repeat = 1; ; repeat += 1) {
    signal.throwIfAborted();
    const given = new AbortController();
    const call = run(given.signal);
    try {
      return await unlessAborted(call, signal);
    } catch (error) {
      if (signal.aborted) {
        await stopWhateverStarted(world, request, run, call);
        given.abort();
        throw signal.reason;
      }
      const before = startedBefore(error);
      if (before !== undefined) return { before };
      if (repeat >= 4 || !isPassing(error)) throw refusedCall(error, request, world.aws.region);
      await clock.sleep(2_000 * 2 ** repeat, signal);
    }
  }
}

/** A new account lacks ECS' service-linked role until its first use has made it. */
const isPassing = (error: unknown): boolean =>
  isThrottled(error) || isUnclear(error) || /service linked role/i.test(awsErrorFacts(error).message);

/** The promise's value; rejects as soon as the signal is aborted, while the promise goes on. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** Aborted while RunTask was under way: learns what it started, from its answer or by the same token, and stops that. */
async function stopWhateverStarted(
  world: World,
  request: TaskRequest,
  run: (signal?: AbortSignal) => Promise<RunTaskCommandOutput>,
  call: Promise<RunTaskCommandOutput>,
): Promise<void> {
  const late = await within(world.clock, LAST_ANSWER_MS, (expired) => unlessAborted(call, expired));
  const known = 'answer' in late ? late : await within(world.clock, LAST_ANSWER_MS, run);
  const started = 'answer' in known ? (known.answer.tasks ?? []).map((task) => task.taskArn ?? '') : undefined;
  const arns = started ?? ('error' in known ? startedBefore(known.error) : undefined);
  if (arns !== undefined) {
    for (const arn of arns.filter(Boolean)) await stopTask(world, request.cluster, arn, 'the build was aborted');
    return;
  }
  world.report({
    type: 'warning',
    text: `ECS did not answer whether the task was started; see for yourself: aws ecs list-tasks --region ${world.aws.region} --cluster ${request.cluster} --started-by ${request.startedBy}`,
  });
}

/** Words a call that ECS refused. */
function refusedCall(error: unknown, { cluster, taskDefinition }: TaskRequest, region: string): Failure {
  const { code, message } = awsErrorFacts(error);
  const evidence = [`${code}: ${message}`];
  if (code === 'ClusterNotFoundException') {
    return new Failure('usage', `there is no ECS cluster ${cluster} in ${region}`, {
      hint: 'deploy infrastructure/builder.yaml there, or name the cluster in the setting cluster',
      evidence,
      cause: error,
    });
  }
  if (code === 'ClientException' && /TaskDefinition (?:not found|is inactive)/i.test(message)) {
    return new Failure('usage', `there is no task definition ${taskDefinition} in ${region}`, {
      hint: 'deploy infrastructure/builder.yaml there, or name its family in the setting builder-family',
      evidence,
      cause: error,
    });
  }
  if (isQuota(message) && !isThrottled(error)) return quota([message]);
  return awsFailure(error, `start a task of ${taskDefinition} in the cluster ${cluster} (ecs:RunTask)`);
}

/** Words what RunTask answers with HTTP 200 and no task. */
function refusal(refused: readonly EcsFailure[], { spot, taskDefinition, cluster }: TaskRequest): Failure {
  const evidence = refused.length === 0 ? ['RunTask answered neither a task nor a failure'] : refused.map(textOf);
  const text = evidence.join('\n');
  if (isQuota(text)) return quota(evidence);
  if (isCapacity(text)) {
    return new Failure('platform', `Fargate has no capacity for the task at the moment${spot ? ' on Spot' : ''}`, {
      hint: `run it again later, or allow more subnets in other zones (setting subnets)${spot ? ', or run it without Spot: spot: false' : ''}`,
      evidence,
    });
  }
  return new Failure('platform', `ECS did not start ${taskDefinition} in the cluster ${cluster}`, {
    hint: 'the evidence is what it says; check the cluster and the task definition',
    evidence,
  });
}

const quota = (evidence: readonly string[]): Failure =>
  new Failure('platform', "the account's quota of Fargate vCPUs is used up", {
    hint: 'let other builds end, give this one less cpu, or ask for more: Service Quotas, AWS Fargate, "Fargate On-Demand vCPU resource count" (Spot has its own)',
    evidence,
  });
