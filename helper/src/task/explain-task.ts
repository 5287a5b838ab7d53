import { Failure } from '../failure.ts';
import { moreDisk, moreMemory, type TaskResources } from './task-resources.ts';

/** Why a task ended, by ECS; a text is empty where ECS says nothing. */
interface TaskEnd {
  exitCode: number | undefined;
  stopCode: string;
  stoppedReason: string;
  containerReason: string;
}

interface EndCause {
  when(end: TaskEnd, reason: string): boolean;
  message(end: TaskEnd, resources: TaskResources): string;
  hint(resources: TaskResources): string;
}

const reasonMatches = (pattern: RegExp) => (_end: TaskEnd, reason: string) => pattern.test(reason);
const NETWORK =
  "check the builder's subnets: a public IP (setting public-ip) or NAT, or VPC endpoints for ecr.api, ecr.dkr, s3, logs and secretsmanager; and its security groups' way out";

/** Why the platform ended a task. The first entry that applies counts; all are failures of category `platform`. */
const END_CAUSES: readonly EndCause[] = [
  {
    when: ({ exitCode }, reason) => exitCode !== 0 && /OutOfMemoryError/.test(reason),
    message: (_end, { memory, step }) =>
      `${step === 'kanikoBuild' ? 'the build' : 'the task'} ran out of memory (task limit ${gigabytes(memory)})`,
    hint: (resources) => `give it more: ${moreMemory(resources)}`,
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
    when: reasonMatches(/CannotPull.*(?:toomanyrequests|pull rate limit|429 Too Many Requests)/is),
    message: ({ stoppedReason }) =>
      `the task's image cannot be pulled: ${/docker\.(?:io|com)/.test(stoppedReason) ? "Docker Hub's" : "its registry's"} pull limit is reached`,
    hint: () => 'keep a copy of the image in ECR and name it in the task definition, or give the task credentials',
  },
  {
    when: reasonMatches(/CannotPull.*(?:does not contain descriptor matching platform|no match for platform)/is),
    message: () => "the task's image does not exist for the task's platform",
    hint: () => 'choose an image for that platform, or the platform of the image',
  },
  {
    when: reasonMatches(/CannotPull.*(?:not found|manifest unknown|does not exist)/is),
    message: () => "the task's image does not exist",
    hint: () => "check the image that the task definition names (for builds: the builder stack's kaniko image)",
  },
  {
    when: reasonMatches(
      /CannotPull.*(?:access denied|AccessDenied|not authorized|unauthorized|403|401|no basic auth)/is,
    ),
    message: () => 'the task may not pull its image',
    hint: () =>
      'its execution role needs the pull actions on that repository; an image outside ECR needs repositoryCredentials',
  },
  {
    when: reasonMatches(/CannotPull.*no space left/is),
    message: () => "the task's disk is too small for its image",
    hint: (resources) => `give it more: ${moreDisk(resources)}`,
  },
  {
    when: reasonMatches(/CannotPull/i),
    message: () => "the task's image could not be pulled",
    hint: () => NETWORK,
  },
  {
    when: reasonMatches(
      /ResourceInitializationError.*(?:log group does not exist|failed to validate logger args|CreateLogStream)/is,
    ),
    message: () => 'the task could not start: its log group does not exist or may not be written',
    hint: () => "update the builder stack: it owns the log group and the execution role's right to write to it",
  },
  {
    when: reasonMatches(/ResourceInitializationError.*(?:AccessDenied|not authorized)/is),
    message: () => 'the task could not start: its execution role may not read a secret or the registry',
    hint: () =>
      "the execution role needs secretsmanager:GetSecretValue or ssm:GetParameters (and kms:Decrypt) on it; the builder's reads what is named fargate-ci/build/...",
  },
  {
    when: reasonMatches(
      /ResourceInitializationError.*(?:did not contain json key|does not contain json key|invalid character|json key)/is,
    ),
    message: () => 'the task could not start: a secret is not the JSON that it should be',
    hint: () => 'a secret for registryCredentials holds {"username": "...", "password": "..."}',
  },
  {
    when: reasonMatches(
      /ResourceInitializationError.*(?:ResourceNotFound|can't find the specified secret|invalid parameters|ParameterNotFound)/is,
    ),
    message: () => 'the task could not start: a secret that it needs does not exist',
    hint: () => 'create it, or mend its name in secrets or registryCredentials',
  },
  {
    when: reasonMatches(/ResourceInitializationError/),
    message: () => 'the task could not start: it cannot reach what it needs to (secrets, registry, logs)',
    hint: () => NETWORK,
  },
  {
    when: reasonMatches(/Capacity is unavailable|RESOURCE:FARGATE/i),
    message: () => 'Fargate has no capacity for the task at the moment',
    hint: () => 'run it again later, or allow more subnets in other zones (setting subnets)',
  },
  {
    when: reasonMatches(/network interface/i),
    message: () => "the task's network interface could not be made",
    hint: () => 'run it again; if this stays, check for free addresses in the subnets',
  },
  {
    when: reasonMatches(/CannotStartContainerError|CannotCreateContainerError|ContainerRuntimeError/),
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

/** The failure where the platform ended a task; undefined where its container ended by itself, with whatever exit code. */
export function explainTask(end: TaskEnd, resources: TaskResources): Failure | undefined {
  const reason = `${end.stoppedReason}\n${end.containerReason}`;
  const cause = END_CAUSES.find((one) => one.when(end, reason));
  if (cause === undefined) return undefined;
  return new Failure('platform', cause.message(end, resources), {
    hint: cause.hint(resources),
    evidence: [evidence(end)],
  });
}

/** What ECS says about every task whose main container has ended. */
const ORDINARY_REASON = /^Essential container in task exited$/;

/** `exit code 137, OutOfMemoryError: Container killed due to memory usage` */
function evidence({ exitCode, stopCode, stoppedReason, containerReason }: TaskEnd): string {
  const parts = [
    exitCode === undefined ? 'no exit code' : `exit code ${exitCode}`,
    stopCode === 'EssentialContainerExited' ? '' : stopCode,
    ORDINARY_REASON.test(stoppedReason) ? '' : stoppedReason,
    containerReason === stoppedReason ? '' : containerReason,
  ];
  return parts.filter(Boolean).join(', ');
}

const gigabytes = (mebibytes: number): string =>
  mebibytes % 512 === 0 ? `${mebibytes / 1024} GB` : `${mebibytes} MiB`;
