import { Fields } from '../action-parameters.ts';
import type { JsonObject } from '../json-values.ts';
import type { ContainerEnd, TaskStatus, TaskStep } from '../scripts/task-scripts.ts';
import { hexId } from './ids.ts';
import type { Task } from './tasks.ts';

/** Stopped tasks are shown for about an hour. */
const SHOWN_FOR = 3_600_000;

/** The states that a task goes through, StopTask's included; times in ms since RunTask. */
export function taskTimeline(task: Task): TaskStep[] {
  const { script, stopped } = task;
  if (!stopped) return [...script.timeline];
  const at = stopped.at - task.createdAt;
  const before = script.timeline.filter((step) => step.at <= at);
  const last = before.at(-1);
  // The task was stopping already, so StopTask changes nothing.
  if (last?.stopCode !== undefined || last?.lastStatus === 'STOPPED') return [...script.timeline];
  const ran = before.some((step) => step.lastStatus === 'RUNNING');
  const { after = 2_000, exitCode = 143, reason } = script.stopping ?? {};
  const end: ContainerEnd = { ...(ran ? { exitCode } : {}), ...(reason === undefined ? {} : { reason }) };
  const why = { stopCode: stopped.code, stoppedReason: stopped.reason };
  const leaving: TaskStatus = ran ? 'STOPPING' : 'DEPROVISIONING';
  return [...before, { at, lastStatus: leaving, ...why }, { at: at + after, lastStatus: 'STOPPED', ...why, ...end }];
}

/** The state at `now` (virtual); undefined while DescribeTasks would say MISSING. */
export function stepAt(task: Task, now: number): TaskStep | undefined {
  const age = now - task.createdAt;
  if (age < (task.script.missingFor ?? 0)) return undefined;
  const step = taskTimeline(task).findLast((one) => one.at <= age);
  return step?.lastStatus === 'STOPPED' && age - step.at > SHOWN_FOR ? undefined : step;
}

/** The answer of DescribeTasks at `now`; undefined for MISSING. */
export function describeTask(task: Task, now: number): JsonObject | undefined {
  const step = stepAt(task, now);
  return step && taskAt(task, step, now);
}

/** A task in a given state, e.g. as RunTask's own answer shows it. */
export function taskAt(task: Task, step: TaskStep, now: number): JsonObject {
  const content = new Fields(task.definition.content);
  const past = taskTimeline(task).filter((one) => task.createdAt + one.at <= now);
  const first = (...statuses: TaskStatus[]) => {
    const found = past.find((one) => statuses.includes(one.lastStatus));
    return found && new Date(task.createdAt + found.at);
  };
  const leaving = step.stopCode !== undefined || step.lastStatus === 'STOPPED';
  return {
    taskArn: task.arn,
    clusterArn: task.arn.replace(/:task\/.*/, `:cluster/${task.cluster}`),
    taskDefinitionArn: task.definition.arn,
    cpu: content.text('cpu'),
    memory: content.text('memory'),
    ephemeralStorage: { sizeInGiB: content.object('ephemeralStorage').number('sizeInGiB') ?? 20 },
    platformVersion: '1.4.0',
    ...task.request,
    lastStatus: step.lastStatus,
    desiredStatus: leaving ? 'STOPPED' : 'RUNNING',
    healthStatus: step.healthStatus ?? 'UNKNOWN',
    connectivity: 'CONNECTED',
    createdAt: new Date(task.createdAt),
    pullStartedAt: first('PENDING'),
    pullStoppedAt: first('ACTIVATING', 'RUNNING'),
    startedAt: first('RUNNING'),
    stoppingAt: past.find((one) => one.stopCode !== undefined) && first('DEACTIVATING', 'STOPPING', 'DEPROVISIONING'),
    stoppedAt: first('STOPPED'),
    stopCode: step.stopCode,
    stoppedReason: step.stoppedReason,
    containers: content.objects('containerDefinitions').map((one, index) => container(task, step, one, index)),
    attachments: [networkInterface(task, step)],
  };
}

function container(task: Task, step: TaskStep, definition: Fields, index: number): JsonObject {
  const name = definition.need('name');
  const end: ContainerEnd = index === 0 ? step : (step.containers?.[name] ?? {});
  const ended = end.exitCode !== undefined && end.exitCode !== null;
  const status =
    ended || step.lastStatus === 'STOPPED' ? 'STOPPED' : step.lastStatus === 'RUNNING' ? 'RUNNING' : 'PENDING';
  return {
    containerArn: task.arn.replace(':task/', ':container/').concat('/', hexId(task.id, name)),
    taskArn: task.arn,
    name,
    image: definition.text('image'),
    runtimeId: `${task.id}-${index}`,
    lastStatus: status,
    ...(ended ? { exitCode: end.exitCode } : {}),
    ...(end.reason === undefined ? {} : { reason: end.reason }),
    networkInterfaces: [{ attachmentId: hexId(task.id, 'eni'), privateIpv4Address: privateAddress(task) }],
  };
}

/** The id of the task's network interface. EC2's DescribeNetworkInterfaces uses the same id. */
export const interfaceId = (task: Task): string => `eni-${hexId(task.id, 'eni').slice(0, 17)}`;
export const privateAddress = (task: Task): string => `172.16.0.${10 + (task.number % 200)}`;
export const publicAddress = (task: Task): string => `203.0.113.${10 + (task.number % 200)}`;

function networkInterface(task: Task, step: TaskStep): JsonObject {
  return {
    id: hexId(task.id, 'eni'),
    type: 'ElasticNetworkInterface',
    status: step.lastStatus === 'STOPPED' ? 'DELETED' : step.lastStatus === 'PROVISIONING' ? 'PRECREATED' : 'ATTACHED',
    details: [
      { name: 'subnetId', value: 'subnet-0a1' },
      { name: 'networkInterfaceId', value: interfaceId(task) },
      { name: 'privateIPv4Address', value: privateAddress(task) },
    ],
  };
}
