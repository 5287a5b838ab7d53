import { createHash, randomUUID } from 'node:crypto';
import type { TaskRequest } from '../../task/task-request.ts';
import type { World } from '../../world.ts';

/**
 * A variable of the task with a random value for each call. Because of it ECS answers a repeated client token with a conflict,
 * so that we can tell a task of an earlier call from our own.
 */
export const CALL_VARIABLE = 'FARGATE_CI_CALL';

/** A variable of the task with the build's timeout in minutes: a task that runs for longer has lost its helper (see `cleanup`). */
export const TIMEOUT_VARIABLE = 'FARGATE_CI_TIMEOUT';

/** The longest `startedBy` that ECS accepts, in characters. */
const LONGEST_STARTED_BY = 128;
const HASH_DIGITS = 10;

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

/**
 * Jenkins' job and build number as `startedBy`, `fargate-ci/job/number`: people see it in the cluster, and
 * `aws ecs list-tasks --started-by` finds the task. A name that was changed or cut gets a hash, so that it stays unique.
 */
export function startedBy({ JOB_NAME, BUILD_NUMBER }: World['env']): string {
  if (!JOB_NAME) return 'fargate-ci/cli';
  const [start, end] = ['fargate-ci/', `/${BUILD_NUMBER ?? ''}`];
  const allowed = JOB_NAME.replace(/[^A-Za-z0-9/_-]/g, '-');
  const room = LONGEST_STARTED_BY - start.length - end.length;
  if (allowed === JOB_NAME && allowed.length <= room) return start + allowed + end;
  return `${start}${allowed.slice(0, room - HASH_DIGITS - 1)}-${hash(JOB_NAME).slice(0, HASH_DIGITS)}${end}`;
}

/**
 * RunTask's client token. It is the same for the same request of the same build, so that a call after a lost agent or a killed
 * helper finds the task that already runs. The request has a hash of the context: other files give another token. Outside of
 * Jenkins each call is a build of its own, with a random token.
 * @param call the number of the call within its build: it differs for equal calls that run side by side
 * @param request the task to run; the variable that differs from call to call is ignored
 */
export function clientToken(
  { JENKINS_URL, JOB_NAME, BUILD_NUMBER }: World['env'],
  call: number,
  { environment = {}, ...request }: Omit<TaskRequest, 'clientToken' | 'logs'>,
): string {
  if (!JOB_NAME || !BUILD_NUMBER) return randomUUID();
  const { [CALL_VARIABLE]: _, ...lasting } = environment;
  return hash(JSON.stringify([JENKINS_URL ?? '', JOB_NAME, BUILD_NUMBER, call, lasting, request]));
}

/**
 * The names under which a context is noted in S3, the closest first: the job's, then its folder's or project's, so that a new branch
 * begins with what another branch has sent. Outside of Jenkins the name is that of the local folder.
 * @param context the step's parameter
 * @param root the folder that it means
 */
export function contextNames(
  { JENKINS_URL = '', JOB_NAME }: World['env'],
  context: string,
  root: string,
): readonly string[] {
  if (!JOB_NAME) return [JSON.stringify(['folder', root])];
  const folder = JOB_NAME.split('/').slice(0, -1).join('/');
  return [JOB_NAME, ...(folder === '' ? [] : [folder])].map((job) => JSON.stringify([JENKINS_URL, job, context]));
}
