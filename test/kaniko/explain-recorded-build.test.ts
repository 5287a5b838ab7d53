import { explainRecorded, IMAGE, recorded } from '../support/recorded-logs.ts';

const RUN_ECHO = 'RUN echo "gcc: error: main.c: No such file" >&2; exit 3';

for (const [name, digest, layers, cachedLayers, destinations] of [
  ['success', '28ef59276d1eb96ec91ea8933f6a0b15159f8c61cf0c369a1b70fcbf6fcd8366', 2, 0, [IMAGE]],
  ['success-cached', 'b89964805b0ede8697f6e41036b8557697d230fbfbfe5961676b8c2654974c68', 2, 2, [IMAGE]],
  [
    'two-destinations',
    'a459f4be68f14ecc7aa6c93199411759633bda1a1875cc811c9cd70d39e293b1',
    1,
    0,
    [IMAGE, '127.0.0.1:5055/demo/app:latest'],
  ],
  ['spoofed-push', '6ee624d43450e497114a9df4c34bbc3663aa90ae50976d4c7692b138ea95d047', 1, 0, [IMAGE]],
  ['utf8-output', '537203821ae94cfe7f00174e08eeba5960b278a24c90462610ab85c6d06855fd', 1, 0, [IMAGE]],
] as const) {
  test(`the recorded run ${name} is a success with kaniko's last digest`, () => {
    const { lines, exitCode } = recorded(name);
    expect(explainRecorded(lines, { exitCode }, destinations)).toEqual({
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
  test(`the recorded run ${name} is a failure of category ${category}`, () => {
    const { lines, exitCode } = recorded(name);
    const outcome = explainRecorded(lines, { exitCode });
    if (outcome.ok) throw new Error('a success');
    expect(outcome.failure).toMatchObject({ category, message });
    expect(outcome.failure.hint).toMatch(hint);
    expect(outcome.failure.evidence).toEqual(
      evidence.map((one) => (typeof one === 'string' ? one : expect.stringMatching(one))),
    );
    expect(outcome.failure.evidence.join('\n')).not.toContain('Usage:');
    expect(outcome.provable).toBe(false);
  });

  test(`the recorded run ${name} is no success with exit code 0 either`, () => {
    expect(explainRecorded(recorded(name).lines, { exitCode: 0 })).toMatchObject({ ok: false, provable: false });
  });
}
