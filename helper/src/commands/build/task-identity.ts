import { createHash, randomUUID } from 'node:crypto';
import type { TaskRequest } from '../../task/task-request.ts';
import type { World } from '../../world.ts';

/**
 * Variable of the task that differs from call to call. With it ECS answers a repeated client token with a conflict, so
 * that a task of an earlier call is told from one of our own.
 */
export const CALL_VARIABLE = 'FARGATE_CI_CALL';

/** Variable of the task with the build's timeout in minutes: what runs for longer has lost its helper. */
export const TIMEOUT_VARIABLE = 'FARGATE_CI_TIMEOUT';

/** `startedBy` takes so many characters. */
const LONGEST = 128;
const DIGITS = 10;

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

/**
 * `fargate-ci/job/number` of Jenkins, as startedBy takes it: who looks at the cluster sees whose task it is, and
 * `aws ecs list-tasks --started-by` finds it. What had to be replaced or cut is told apart by a hash.
 */
export function startedBy({ JOB_NAME, BUILD_NUMBER }: World['env']): string {
  if (!JOB_NAME) return 'fargate-ci/cli';
  const [start, end] = ['fargate-ci/', `/${BUILD_NUMBER ?? ''}`];
  const plain = JOB_NAME.replace(/[^A-Za-z0-9/_-]/g, '-');
  const room = LONGEST - start.length - end.length;
  if (plain === JOB_NAME && plain.length <= room) return start + plain + end;
  return `${start}${plain.slice(0, room - DIGITS - 1)}-${hash(JOB_NAME).slice(0, DIGITS)}${end}`;
}

/**
 * RunTask's client token: the same for the same request of the same build, so that a call after a lost agent or a killed
 * helper finds the task that is under way. The request names the context by its content: other files, another token.
 * Outside of Jenkins each call is a build of its own.
 * @param call tells equal calls of one build that run side by side apart; the same when one of them is made again
 * @param request what is to run; what differs from call to call is left out
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
 * Whose context it is, the closest name first: this job's, then that of the folder or the project that it is in, so that a
 * new branch begins with what another one has sent. Outside of Jenkins it is the folder's.
 * @param context the step's parameter, `root` the folder that it means
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
