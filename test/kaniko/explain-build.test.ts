import { type BuildEnd, explainBuild } from '../../helper/src/kaniko/explain-build.ts';
import { asked, follow, kaniko, recorded } from '../support/recorded-logs.ts';

const END: BuildEnd = {
  exitCode: 0,
  timedOut: false,
  platform: undefined,
  logProblem: undefined,
  console: 'https://console/log',
};
const APP = '127.0.0.1:5055/demo/app:1';
const RUN_ECHO = 'RUN echo "gcc: error: main.c: No such file" >&2; exit 3';

function explain(lines: readonly string[], end: Partial<BuildEnd>, destinations: readonly string[] = [APP]) {
  const { log } = follow(lines, destinations, true);
  return explainBuild({ ...END, ...end }, log, { ...asked, destinations });
}

for (const [name, digest, layers, cachedLayers, destinations] of [
  ['success', '28ef59276d1eb96ec91ea8933f6a0b15159f8c61cf0c369a1b70fcbf6fcd8366', 2, 0, [APP]],
  ['success-cached', 'b89964805b0ede8697f6e41036b8557697d230fbfbfe5961676b8c2654974c68', 2, 2, [APP]],
  [
    'two-destinations',
    'a459f4be68f14ecc7aa6c93199411759633bda1a1875cc811c9cd70d39e293b1',
    1,
    0,
    [APP, '127.0.0.1:5055/demo/app:latest'],
  ],
  ['spoofed-push', '6ee624d43450e497114a9df4c34bbc3663aa90ae50976d4c7692b138ea95d047', 1, 0, [APP]],
  ['utf8-output', '537203821ae94cfe7f00174e08eeba5960b278a24c90462610ab85c6d06855fd', 1, 0, [APP]],
] as const) {
  test(`recorded: ${name} is a success with kaniko's last digest`, () => {
    const { lines, exitCode } = recorded(name);
    expect(explain(lines, { exitCode }, destinations)).toEqual({
      ok: true,
      digests: Object.fromEntries(destinations.map((one) => [one, `sha256:${digest}`])),
      layers,
      cachedLayers,
      contested: false,
    });
  });
}

for (const [name, category, message, hint, evidence] of [
  ['run-fails', 'build', `${RUN_ECHO} failed with exit status 3`, /last lines/, ['gcc: error: main.c: No such file']],
  [
    'run-killed',
    'build',
    'RUN kill -9 $$ was killed (signal killed): most likely the task ran out of memory',
    /memory: 16384, cpu: 4096/,
    ['waiting for process to exit: signal killed'],
  ],
  [
    'copy-missing',
    'build',
    'COPY or ADD: nope.txt is not in the build context',
    /\.dockerignore/,
    [/lstat .*nope\.txt/],
  ],
  [
    'dockerfile-syntax',
    'build',
    'Dockerfile cannot be read: line 2: unknown instruction: RUNN (did you mean RUN?)',
    /mend/,
    [/parse error on line 2/],
  ],
  [
    'dockerfile-missing',
    'build',
    'there is no Dockerfile in the build context',
    /dockerfile: 'docker\/Dockerfile'/,
    [/valid path to a Dockerfile/],
  ],
  ['target-unknown', 'build', 'Dockerfile has no stage named zz', /AS NAME/, [/"zz" is not a valid target/]],
  [
    'base-tag-unknown',
    'build',
    'there is no base image 127.0.0.1:5055/library/busybox:nope',
    /FROM/,
    [/MANIFEST_UNKNOWN/],
  ],
  [
    'base-image-unknown',
    'registry',
    'the registry of the base image nosuch/image:9 cannot be reached',
    /subnets/,
    [/no such host/],
  ],
  ['context-missing', 'aws', 'the build context is no longer in S3', /14 days/, [/NoSuchKey/]],
  [
    'context-corrupt',
    'aws',
    'the build context in S3 is not what was uploaded: gzip: invalid header',
    /uploaded anew/,
    [/gzip/],
  ],
  [
    'push-unauthorized',
    'registry',
    'the registry does not let the build push 127.0.0.1:5057/demo/app:1',
    /registryCredentials/,
    [/UNAUTHORIZED/],
  ],
  [
    'registry-unreachable',
    'registry',
    'the registry of 127.0.0.1:5999/demo/app:1 cannot be reached',
    /subnets/,
    [/connection refused/],
  ],
  [
    'flag-unknown',
    'usage',
    'kaniko does not take its arguments: unknown flag: --no-such-flag',
    /kanikoArgs/,
    ['unknown flag: --no-such-flag'],
  ],
] as const) {
  test(`recorded: ${name} is ${category}`, () => {
    const { lines, exitCode } = recorded(name);
    const outcome = explain(lines, { exitCode });
    if (outcome.ok) throw new Error('a success');
    expect(outcome.failure).toMatchObject({ category, message });
    expect(outcome.failure.hint).toMatch(hint);
    expect(outcome.failure.evidence).toEqual(
      evidence.map((one) => (typeof one === 'string' ? one : expect.stringMatching(one))),
    );
    expect(outcome.failure.evidence.join('\n')).not.toContain('Usage:');
    expect(outcome.provable).toBe(false);
  });

  test(`recorded: ${name} is no success with exit code 0 either`, () => {
    expect(explain(recorded(name).lines, { exitCode: 0 })).toMatchObject({ ok: false, provable: false });
  });
}

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
    'another platform',
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
    "Docker Hub's limit, told without a body",
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
    'a limit that the push meets',
    [
      'error pushing image: failed to push to destination 127.0.0.1:5055/demo/app:1: PUT https://x/v2/y/manifests/1: TOOMANYREQUESTS: Rate exceeded',
    ],
    1,
    'registry',
    /takes no more of 127\.0\.0\.1:5055\/demo\/app:1 at the moment/,
    /again later/,
  ],
  [
    "a RUN that met Docker Hub's limit itself",
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
    'a refused push whose digest has 404 and 401 in it',
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
    'silence',
    running('RUN make', 'half a'),
    2,
    'build',
    /ended with exit code 2 at RUN make and did not say why/,
    /https:\/\/console\/log/,
  ],
  ['nothing at all', [], 1, 'build', /ended with exit code 1 and did not say why/, /console/],
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
    'a forged error that overtook the true one',
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
    'an error behind an unfinished line',
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
  test(`${name} does not mislead`, () => {
    expect(explain(lines, { exitCode })).toMatchObject({ ok: false, failure: { category: 'build', message } });
  });
}

const DIGEST = `sha256:${'a'.repeat(64)}`;
const pushed = [kaniko(`Pushing image to ${APP}`), kaniko(`Pushed 127.0.0.1:5055/demo/app@${DIGEST}`)];

test('a build without a push needs exit code 0 alone, and has no digest', () => {
  const { log } = follow([kaniko('Skipping push to container registry due to --no-push flag')], [APP], false);
  expect(log.expectsNoMore).toBe(true);
  expect(explainBuild(END, log, { ...asked, push: false, destinations: [APP] })).toMatchObject({
    ok: true,
    digests: {},
  });
});

test('a push that only one of two repositories reports is no success', () => {
  const other = 'docker.io/acme/app:1';
  expect(explain(pushed, {}, [APP, other])).toMatchObject({
    ok: false,
    provable: false,
    failure: { category: 'registry', message: `kaniko ended with 0 but did not report that it pushed ${other}` },
  });
});

test('with an unread log the registry may still prove the push', () => {
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

test('a timeout names the step, with its last lines', () => {
  expect(explain(running('RUN sleep 9999', 'one', 'two'), { timedOut: true, exitCode: 0 })).toMatchObject({
    ok: false,
    failure: { category: 'timeout', message: expect.stringContaining('at RUN sleep 9999'), evidence: ['one', 'two'] },
  });
});

test('forged pushes after the true one are told', () => {
  const forged = kaniko(`Pushed 127.0.0.1:5055/demo/app@sha256:${'0'.repeat(64)}`);
  expect(explain([...pushed, forged], {})).toMatchObject({ ok: true, contested: true });
});
