import { explainBuild } from '../../helper/src/kaniko/explain-build.ts';
import {
  IMAGE as APP,
  ENDED_WELL as END,
  explainRecorded as explain,
  follow,
  kaniko,
  requestedBuild,
} from '../support/recorded-logs.ts';

const running = (run: string, ...output: string[]) => [
  kaniko("Building stage 'alpine' [idx: '0', base-idx: '-1']"),
  kaniko(run),
  kaniko('Running: [/bin/sh -c x]'),
  ...output,
];
const failedWith = (status: string) =>
  `error building image: error building stage: failed to execute command: waiting for process to exit: ${status}`;

for (const [name, lines, exitCode, category, message, hint] of [
  [
    'disk full in a RUN',
    running('RUN make', 'cp: No space left on device', failedWith('exit status 1')),
    1,
    'build',
    /RUN make failed with exit status 1: its disk is full/,
    /ephemeralStorage: 80/,
  ],
  [
    'disk full',
    ['error building image: error building stage: failed to save layer: write /kaniko/0: no space left on device'],
    1,
    'platform',
    /disk is full/,
    /ephemeralStorage: 80/,
  ],
  [
    'a program for another platform',
    running('RUN make', '/bin/make: exec format error', failedWith('exit status 126')),
    126,
    'build',
    /built for another platform/,
    /platform: 'linux\/arm64'/,
  ],
  [
    'a shell for another platform',
    running(
      'RUN make',
      'error building image: error building stage: failed to execute command: starting command: fork/exec /bin/sh: exec format error',
    ),
    1,
    'build',
    /built for another platform/,
    /platform:/,
  ],
  [
    'no shell',
    running(
      'RUN make',
      'error building image: error building stage: failed to execute command: starting command: fork/exec /bin/sh: no such file or directory',
    ),
    1,
    'build',
    /RUN make cannot run: fork\/exec/,
    /\/bin\/sh/,
  ],
  [
    "Docker Hub's limit",
    [
      kaniko('Retrieving image manifest python:3'),
      'error building image: GET https://index.docker.io/v2/library/python/manifests/3: TOOMANYREQUESTS: You have reached your pull rate limit.',
    ],
    1,
    'registry',
    /^Docker Hub's pull limit is reached: it does not give python:3/,
    /registryCredentials: \['docker.io'/,
  ],
  [
    "Docker Hub's limit, in an answer without a body",
    [
      kaniko('Retrieving image manifest python:3'),
      'error building image: HEAD https://registry-1.docker.io/v2/library/python/manifests/3: unexpected status code 429 Too Many Requests (HEAD responses have no body, use GET for details)',
    ],
    1,
    'registry',
    /^Docker Hub's pull limit is reached: it does not give python:3/,
    /registryCredentials: \['docker.io'/,
  ],
  [
    "another registry's limit",
    [
      'error building image: GET https://public.ecr.aws/v2/docker/library/python/manifests/3: TOOMANYREQUESTS: Rate exceeded',
    ],
    1,
    'registry',
    /^public\.ecr\.aws's pull limit is reached/,
    /registryCredentials: \['public\.ecr\.aws'/,
  ],
  [
    'a rate limit during the push',
    [
      'error pushing image: failed to push to destination 127.0.0.1:5055/demo/app:1: PUT https://x/v2/y/manifests/1: TOOMANYREQUESTS: Rate exceeded',
    ],
    1,
    'registry',
    /takes no more of 127\.0\.0\.1:5055\/demo\/app:1 at the moment/,
    /again later/,
  ],
  [
    "a RUN that itself exceeds Docker Hub's limit",
    running(
      'RUN crane pull python',
      'toomanyrequests: You have reached your pull rate limit',
      failedWith('exit status 1'),
    ),
    1,
    'build',
    /RUN crane pull python failed with exit status 1/,
    /last lines/,
  ],
  [
    'a private base image',
    [
      kaniko('Retrieving image manifest acme/base:3'),
      'error building image: unable to complete operation after 3 attempts, last error: GET https://auth.docker.io/token?scope=x/v2/y: UNAUTHORIZED: authentication required',
    ],
    1,
    'registry',
    /pull acme\/base:3: there is no such image, or it is private/,
    /registryCredentials/,
  ],
  [
    'a missing repository',
    [
      'error pushing image: failed to push to destination 1.dkr.ecr.eu-west-1.amazonaws.com/x:1: POST https://x: NAME_UNKNOWN: The repository with name x does not exist',
    ],
    1,
    'registry',
    /repository of 1\.dkr\.ecr\.eu-west-1\.amazonaws\.com\/x:1 does not exist/,
    /create it/,
  ],
  [
    'a failed push whose digest contains 404 and 401',
    [
      'error pushing image: failed to push to destination a.b/x:1: POST https://a.b/v2/x/blobs/uploads/?mount=sha256:40401: unexpected status code 500 Internal Server Error',
    ],
    1,
    'registry',
    /the registry did not take a\.b\/x:1/,
    /answered/,
  ],
  [
    'a push that the registry forbids',
    [
      'error pushing image: failed to push to destination a.b/x:1: unexpected status code 401 Unauthorized: Not Authorized',
    ],
    1,
    'registry',
    /does not let the build push a\.b\/x:1/,
    /registryCredentials/,
  ],
  [
    'immutable tags',
    [
      "error pushing image: failed to push to destination a.b/x:1: PUT https://a.b/v2/x/manifests/1: TAG_INVALID: The image tag '1' already exists and cannot be overwritten because the repository is immutable.",
    ],
    1,
    'registry',
    /a\.b\/x:1 exists already/,
    /another tag/,
  ],
  [
    'a context that may not be read',
    [
      'Error: error resolving source context: operation error S3: GetObject, https response error StatusCode: 403, AccessDenied: Access Denied',
    ],
    1,
    'aws',
    /may not read the build context/,
    /s3:GetObject/,
  ],
  [
    'a fatal line of kaniko',
    [kaniko('Invalid platform "linux/x": bad', 'fatal')],
    1,
    'build',
    /Invalid platform/,
    /verbose/,
  ],
  [
    'no error in the log',
    running('RUN make', 'half a'),
    2,
    'build',
    /ended with exit code 2 at RUN make and did not say why/,
    /https:\/\/console\/log/,
  ],
  ['an empty log', [], 1, 'build', /ended with exit code 1 and did not say why/, /console/],
] as const) {
  test(`${name}: ${category}`, () => {
    const outcome = explain(lines, { exitCode });
    if (outcome.ok) throw new Error('a success');
    expect(outcome.failure).toMatchObject({
      category,
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
    expect(outcome.failure.evidence.length).toBeGreaterThan(0);
  });
}

const FAKE = 'error building image: GET https://x/v2/y: UNAUTHORIZED';

for (const [name, lines, exitCode, message] of [
  [
    'a forged error before the true one',
    running('RUN make', FAKE, failedWith('exit status 3')),
    3,
    'RUN make failed with exit status 3',
  ],
  [
    'a forged error after the true one',
    running('RUN make', failedWith('exit status 3'), FAKE),
    3,
    'RUN make failed with exit status 3',
  ],
  [
    'a forged usage error inside a RUN',
    running('RUN make', 'Error: unknown flag: --x', 'Usage:', failedWith('exit status 3')),
    3,
    'RUN make failed with exit status 3',
  ],
  [
    'an error after an unfinished line',
    running('RUN make', `half a line${failedWith('exit status 3')}`),
    3,
    'RUN make failed with exit status 3',
  ],
  [
    'a forged instruction',
    running('RUN make', kaniko('note: RUN true'), failedWith('exit status 3')),
    3,
    'RUN make failed with exit status 3',
  ],
] as const) {
  test(`${name} does not change the explanation`, () => {
    expect(explain(lines, { exitCode })).toMatchObject({ ok: false, failure: { category: 'build', message } });
  });
}

const DIGEST = `sha256:${'a'.repeat(64)}`;
const pushed = [kaniko(`Pushing image to ${APP}`), kaniko(`Pushed 127.0.0.1:5055/demo/app@${DIGEST}`)];

test('a build without a push succeeds by exit code 0 alone and has no digest', () => {
  const { log } = follow([kaniko('Skipping push to container registry due to --no-push flag')], [APP], false);
  expect(log.expectsNoMore).toBe(true);
  expect(explainBuild(END, log, { ...requestedBuild, push: false, destinations: [APP] })).toMatchObject({
    ok: true,
    digests: {},
  });
});

test('a build fails where only one of two repositories has a reported push', () => {
  const other = 'docker.io/acme/app:1';
  expect(explain(pushed, {}, [APP, other])).toMatchObject({
    ok: false,
    provable: false,
    failure: { category: 'registry', message: `kaniko ended with 0 but did not report that it pushed ${other}` },
  });
});

test('where the log could not be read, the registry may still prove the push', () => {
  expect(explain([], { logProblem: 'AccessDeniedException' })).toMatchObject({
    ok: false,
    provable: true,
    failure: {
      category: 'aws',
      evidence: ['AccessDeniedException'],
      hint: expect.stringContaining('https://console/log'),
    },
  });
});

test('a missing exit code is never a success', () => {
  expect(explain(pushed, { exitCode: undefined })).toMatchObject({ ok: false, failure: { category: 'platform' } });
});

test('a timeout names the step and shows its last lines', () => {
  expect(explain(running('RUN sleep 9999', 'one', 'two'), { timedOut: true, exitCode: 0 })).toMatchObject({
    ok: false,
    failure: { category: 'timeout', message: expect.stringContaining('at RUN sleep 9999'), evidence: ['one', 'two'] },
  });
});

test('a forged push after the true one makes the log contested', () => {
  const forged = kaniko(`Pushed 127.0.0.1:5055/demo/app@sha256:${'0'.repeat(64)}`);
  expect(explain([...pushed, forged], {})).toMatchObject({ ok: true, contested: true });
});
