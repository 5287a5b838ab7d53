import { largerSize, type TaskSize } from '../ecs/task-sizes.ts';
import { Failure } from '../failure.ts';

/** Why a task ended, as ECS tells it; texts are empty where it tells nothing. */
export interface TaskEnd {
  exitCode: number | undefined;
  stopCode: string;
  stoppedReason: string;
  containerReason: string;
}

/** What the task had been given, for hints. */
export interface TaskResources extends TaskSize {
  /** GiB. */
  ephemeralStorage: number;
  /** Name of the step whose parameters the hints name. */
  step: 'kanikoBuild' | 'fargateDeploy';
}

/** The parameters that give a task more memory, e.g. `kanikoBuild(..., memory: 16384, cpu: 4096)`. */
export function moreMemory(asked: TaskSize & Pick<TaskResources, 'step'>): string {
  const size = largerSize(asked);
  if (size === undefined) return `${asked.step} with less in memory at once: this is Fargate's largest size`;
  const cpu = size.cpu === asked.cpu ? '' : `, cpu: ${size.cpu}`;
  return `${asked.step}(..., memory: ${size.memory}${cpu})`;
}

/** The parameter that gives a task more disk. */
export function moreDisk({ ephemeralStorage, step }: Pick<TaskResources, 'ephemeralStorage' | 'step'>): string {
  if (ephemeralStorage >= 200) return `${step} with less on disk at once: 200 GiB are Fargate's largest disk`;
  return `${step}(..., ephemeralStorage: ${Math.min(200, Math.max(40, ephemeralStorage * 2))})`;
}

interface Cause {
  when(end: TaskEnd, reason: string): boolean;
  message(end: TaskEnd, asked: TaskResources): string;
  hint(asked: TaskResources): string;
}

const says = (pattern: RegExp) => (_end: TaskEnd, reason: string) => pattern.test(reason);
const NETWORK =
  "check the builder's subnets: a public IP (setting public-ip) or NAT, or VPC endpoints for ecr.api, ecr.dkr, s3, logs and secretsmanager; and its security groups' way out";

/** Why tasks end that did not end by themselves; the first that holds. All are category `platform`. */
const CAUSES: readonly Cause[] = [
  {
    when: ({ exitCode }, reason) => exitCode !== 0 && /OutOfMemoryError/.test(reason),
    message: (_end, { memory, step }) =>
      `${step === 'kanikoBuild' ? 'the build' : 'the task'} ran out of memory (task limit ${gigabytes(memory)})`,
    hint: (asked) => `give it more: ${moreMemory(asked)}`,
  },
  {
    when: ({ stopCode }) => stopCode === 'SpotInterruption',
    message: () => 'AWS took the Spot capacity back while the task ran',
    hint: () => 'run it again, or without Spot: spot: false',
  },
  {
    when: ({ stopCode }) => stopCode === 'UserInitiated',
    message: ({ stoppedReason }) => `someone stopped the task${stoppedReason ? `: ${stoppedReason}` : ''}`,
    hint: () => "CloudTrail's event StopTask says who it was; run it again",
  },
  {
    when: ({ stopCode }) => stopCode === 'TerminationNotice',
    message: () => 'AWS retired the host that the task ran on',
    hint: () => 'run it again',
  },
  {
    when: ({ stopCode }) => stopCode === 'ServiceSchedulerInitiated',
    message: ({ stoppedReason }) => `ECS' scheduler stopped the task: ${stoppedReason || 'it gives no reason'}`,
    hint: () => 'run it again',
  },
  {
    when: says(/CannotPull.*(?:toomanyrequests|pull rate limit|429 Too Many Requests)/is),
    message: ({ stoppedReason }) =>
      `the task's image cannot be pulled: ${/docker\.(?:io|com)/.test(stoppedReason) ? "Docker Hub's" : "its registry's"} pull limit is reached`,
    hint: () => 'keep a copy of the image in ECR and name it in the task definition, or give the task credentials',
  },
  {
    when: says(/CannotPull.*(?:does not contain descriptor matching platform|no match for platform)/is),
    message: () => "the task's image does not exist for the task's platform",
    hint: () => 'choose an image for that platform, or the platform of the image',
  },
  {
    when: says(/CannotPull.*(?:not found|manifest unknown|does not exist)/is),
    message: () => "the task's image does not exist",
    hint: () => "check the image that the task definition names (for builds: the builder stack's kaniko image)",
  },
  {
    when: says(/CannotPull.*(?:access denied|AccessDenied|not authorized|unauthorized|403|401|no basic auth)/is),
    message: () => 'the task may not pull its image',
    hint: () =>
      'its execution role needs the pull actions on that repository; an image outside ECR needs repositoryCredentials',
  },
  {
    when: says(/CannotPull.*no space left/is),
    message: () => "the task's disk is too small for its image",
    hint: (asked) => `give it more: ${moreDisk(asked)}`,
  },
  {
    when: says(/CannotPull/i),
    message: () => "the task's image could not be pulled",
    hint: () => NETWORK,
  },
  {
    when: says(
      /ResourceInitializationError.*(?:log group does not exist|failed to validate logger args|CreateLogStream)/is,
    ),
    message: () => 'the task could not start: its log group does not exist or may not be written',
    hint: () => "update the builder stack: it owns the log group and the execution role's right to write to it",
  },
  {
    when: says(/ResourceInitializationError.*(?:AccessDenied|not authorized)/is),
    message: () => 'the task could not start: its execution role may not read a secret or the registry',
    hint: () =>
      "the execution role needs secretsmanager:GetSecretValue or ssm:GetParameters (and kms:Decrypt) on it; the builder's reads what is named fargate-ci/build/...",
  },
  {
    when: says(
      /ResourceInitializationError.*(?:did not contain json key|does not contain json key|invalid character|json key)/is,
    ),
    message: () => 'the task could not start: a secret is not the JSON that it should be',
    hint: () => 'a secret for registryCredentials holds {"username": "...", "password": "..."}',
  },
  {
    when: says(
      /ResourceInitializationError.*(?:ResourceNotFound|can't find the specified secret|invalid parameters|ParameterNotFound)/is,
    ),
    message: () => 'the task could not start: a secret that it needs does not exist',
    hint: () => 'create it, or mend its name in secrets or registryCredentials',
  },
  {
    when: says(/ResourceInitializationError/),
    message: () => 'the task could not start: it cannot reach what it needs to (secrets, registry, logs)',
    hint: () => NETWORK,
  },
  {
    when: says(/Capacity is unavailable|RESOURCE:FARGATE/i),
    message: () => 'Fargate has no capacity for the task at the moment',
    hint: () => 'run it again later, or allow more subnets in other zones (setting subnets)',
  },
  {
    when: says(/network interface/i),
    message: () => "the task's network interface could not be made",
    hint: () => 'run it again; if this stays, check for free addresses in the subnets',
  },
  {
    when: says(/CannotStartContainerError|CannotCreateContainerError|ContainerRuntimeError/),
    message: () => "the task's container could not start",
    hint: () => 'check the command and the image in the task definition',
  },
  {
    when: ({ exitCode }) => exitCode === undefined,
    message: ({ stopCode }) =>
      stopCode === 'TaskFailedToStart'
        ? 'the task could not start'
        : 'ECS does not say how the task ended: no exit code',
    hint: () => 'the evidence is all that ECS says; run it again',
  },
];

/** What the platform did to a task; undefined where its container ended by itself, with 0 or not. */
export function explainTask(end: TaskEnd, asked: TaskResources): Failure | undefined {
  const reason = `${end.stoppedReason}\n${end.containerReason}`;
  const cause = CAUSES.find((one) => one.when(end, reason));
  if (cause === undefined) return undefined;
  return new Failure('platform', cause.message(end, asked), { hint: cause.hint(asked), evidence: [evidence(end)] });
}

/** `exit code 137, OutOfMemoryError: Container killed due to memory usage` */
function evidence({ exitCode, stopCode, stoppedReason, containerReason }: TaskEnd): string {
  const ordinary = /^Essential container in task exited$/;
  const parts = [
    exitCode === undefined ? 'no exit code' : `exit code ${exitCode}`,
    stopCode === 'EssentialContainerExited' ? '' : stopCode,
    ordinary.test(stoppedReason) ? '' : stoppedReason,
    containerReason === stoppedReason ? '' : containerReason,
  ];
  return parts.filter(Boolean).join(', ');
}

const gigabytes = (mebibytes: number): string =>
  mebibytes % 512 === 0 ? `${mebibytes / 1024} GB` : `${mebibytes} MiB`;
