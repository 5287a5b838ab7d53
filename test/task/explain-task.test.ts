import { explainTask } from '../../helper/src/task/explain-task.ts';
import { moreDisk, moreMemory, type TaskResources } from '../../helper/src/task/task-resources.ts';

const resources: TaskResources = { cpu: 2048, memory: 8192, ephemeralStorage: 40, step: 'kanikoBuild' };
const END: Parameters<typeof explainTask>[0] = {
  exitCode: undefined,
  stopCode: 'TaskFailedToStart',
  stoppedReason: '',
  containerReason: '',
};

for (const [name, end, message, hint] of [
  [
    'out of memory',
    {
      exitCode: 137,
      stopCode: 'EssentialContainerExited',
      containerReason: 'OutOfMemoryError: Container killed due to memory usage',
    },
    'the build ran out of memory (task limit 8 GB)',
    'give it more: kanikoBuild(..., memory: 16384, cpu: 4096)',
  ],
  [
    'out of memory, a RUN was hit',
    { exitCode: 255, stopCode: 'EssentialContainerExited', containerReason: 'OutOfMemoryError: container killed' },
    'the build ran out of memory (task limit 8 GB)',
    /memory: 16384/,
  ],
  [
    'Spot',
    { exitCode: 143, stopCode: 'SpotInterruption', stoppedReason: 'Your Spot Task was interrupted.' },
    /Spot capacity/,
    /spot: false/,
  ],
  [
    'somebody',
    { exitCode: 143, stopCode: 'UserInitiated', stoppedReason: 'Task stopped by user' },
    'someone stopped the task: Task stopped by user',
    /CloudTrail/,
  ],
  ['a retired host', { exitCode: 143, stopCode: 'TerminationNotice' }, /retired/, /again/],
  [
    'the scheduler',
    { exitCode: 143, stopCode: 'ServiceSchedulerInitiated', stoppedReason: 'Scaling activity' },
    /scheduler stopped the task: Scaling/,
    /again/,
  ],
  [
    "Docker Hub's limit",
    { stoppedReason: 'CannotPullContainerError: toomanyrequests: You have reached your pull rate limit' },
    /its registry's pull limit/,
    /copy of the image in ECR/,
  ],
  [
    "Docker Hub's limit, with its name",
    {
      stoppedReason:
        'CannotPullContainerError: httpReadSeeker: failed open: unexpected status code https://registry-1.docker.io/v2/x: 429 Too Many Requests',
    },
    /Docker Hub's pull limit/,
    /copy of the image in ECR/,
  ],
  [
    'no such image',
    { stoppedReason: 'CannotPullContainerError: failed to resolve ref x: not found' },
    /image does not exist/,
    /kaniko image/,
  ],
  [
    'another platform',
    {
      stoppedReason:
        'CannotPullContainerError: image Manifest does not contain descriptor matching platform linux/arm64',
    },
    /platform/,
    /platform/,
  ],
  [
    'a forbidden image',
    {
      stoppedReason:
        'CannotPullContainerError: pull access denied, repository does not exist or may require authorization',
    },
    /image/,
    /./,
  ],
  [
    'an image out of reach',
    { stoppedReason: 'CannotPullContainerError: dial tcp 1.2.3.4:443: i/o timeout' },
    /could not be pulled/,
    /public IP/,
  ],
  [
    'a small disk',
    { stoppedReason: 'CannotPullContainerError: write /x: no space left on device' },
    /disk/,
    /ephemeralStorage: 80/,
  ],
  [
    'a forbidden secret',
    { stoppedReason: 'ResourceInitializationError: unable to pull secrets or registry auth: AccessDeniedException' },
    /execution role may not read/,
    /secretsmanager:GetSecretValue/,
  ],
  [
    'a missing secret',
    {
      stoppedReason:
        "ResourceInitializationError: unable to pull secrets: ResourceNotFoundException: Secrets Manager can't find the specified secret.",
    },
    /does not exist/,
    /registryCredentials/,
  ],
  [
    'a secret without the key',
    {
      stoppedReason:
        'ResourceInitializationError: retrieved secret from Secrets Manager did not contain json key username',
    },
    /not the JSON/,
    /"username"/,
  ],
  [
    'no way to the secrets',
    { stoppedReason: 'ResourceInitializationError: unable to pull secrets: context deadline exceeded' },
    /cannot reach/,
    /endpoints/,
  ],
  [
    'no log group',
    {
      stoppedReason:
        'ResourceInitializationError: failed to validate logger args: The specified log group does not exist.',
    },
    /log group/,
    /builder stack/,
  ],
  [
    'no capacity',
    { stoppedReason: 'Capacity is unavailable at this time. Please try again later' },
    /no capacity/,
    /subnets/,
  ],
  [
    'no network interface',
    { stoppedReason: 'Timeout waiting for network interface provisioning to complete.' },
    /network interface/,
    /addresses/,
  ],
  ['no start', { stoppedReason: 'CannotStartContainerError: exec: "x": not found' }, /could not start/, /command/],
  ['nothing known', {}, 'the task could not start', /again/],
  ['no exit code', { stopCode: 'EssentialContainerExited' }, /no exit code/, /again/],
] as const) {
  test(`${name} is a failure of the platform`, () => {
    const failure = explainTask({ ...END, ...end }, resources);
    expect(failure?.category).toBe('platform');
    expect(failure?.message).toMatch(message);
    expect(failure?.hint).toMatch(hint);
    expect(failure?.evidence[0]).toMatch('exitCode' in end ? /^exit code \d/ : /^no exit code/);
  });
}

test('the evidence has the words of ECS', () => {
  const end = {
    exitCode: 137,
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
  };
  const failure = explainTask(
    { ...end, containerReason: 'OutOfMemoryError: Container killed due to memory usage' },
    resources,
  );
  expect(failure?.evidence).toEqual(['exit code 137, OutOfMemoryError: Container killed due to memory usage']);
});

for (const exitCode of [0, 1, 137, 255]) {
  test(`a container that ends by itself with ${exitCode} is no failure of the platform`, () => {
    expect(explainTask({ ...END, exitCode, stopCode: 'EssentialContainerExited' }, resources)).toBeUndefined();
  });
}

test('hints suggest no more than Fargate has', () => {
  expect(moreMemory({ cpu: 16384, memory: 122880, step: 'kanikoBuild' })).toContain('largest');
  expect(moreDisk({ ephemeralStorage: 200, step: 'kanikoBuild' })).toContain('largest');
  expect(moreDisk({ ephemeralStorage: 150, step: 'kanikoBuild' })).toContain('ephemeralStorage: 200');
});
