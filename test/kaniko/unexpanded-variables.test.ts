import { readDockerfile } from '../../helper/src/dockerfile/read-dockerfile.ts';
import { Failure } from '../../helper/src/failure.ts';
import { unexpandedStep, withoutOpaqueValues } from '../../helper/src/kaniko/unexpanded-variables.ts';

const DOCKERFILE = `FROM busybox:1.36 AS base
ARG TOKEN
ARG VERSION=3
# RUN echo comment
run curl -H "X: $TOKEN" \\
  # in between
    https://example.com/\${VERSION}/x
RUN echo "$TOKEN"; exit 3
RUN ["/bin/$TOKEN", "run"]
RUN <<EOF
echo $TOKEN
EOF
RUN echo 3; exit 3
`;
const read = readDockerfile(DOCKERFILE);
const instructions = 'instructions' in read ? read.instructions.map(({ text }) => text) : [];
const ARGS = { TOKEN: 'my-plain-token', VERSION: '3', EMPTY: '' };
const shown = (step: string) => unexpandedStep(step, instructions, ARGS);

for (const [name, step, own] of [
  ['as it is', 'RUN echo "$TOKEN"; exit 3', 'RUN echo "$TOKEN"; exit 3'],
  ['with a number in it that is an argument, too', 'RUN echo 3; exit 3', 'RUN echo 3; exit 3'],
  ['with the value in it', 'RUN echo my-plain-token; exit 3', 'RUN echo "$TOKEN"; exit 3'],
  ['with a hidden value in it', 'RUN echo "****"; exit 3', 'RUN echo "$TOKEN"; exit 3'],
  ['with part of the value in it', 'RUN echo my-plain; exit 3', 'RUN echo "$TOKEN"; exit 3'],
  [
    'with values, over several lines',
    'RUN curl -H "X: my-plain-token"     https://example.com/3/x',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a Dockerfile's
    'run curl -H "X: $TOKEN" https://example.com/${VERSION}/x',
  ],
  ['as a list', 'RUN ["/bin/my-plain-token", "run"]', 'RUN ["/bin/$TOKEN", "run"]'],
  ['with a heredoc', 'RUN <<EOF\necho $TOKEN\nEOF', 'RUN <<EOF\necho $TOKEN\nEOF'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: what is shown
  ['of a base image, or forged', 'RUN login my-plain-token -v 3.1 3', 'RUN login ${TOKEN} -v 3.1 ${VERSION}'],
] as const)
  test(`an instruction ${name} is shown as the Dockerfile has it`, () => {
    expect(shown(step)).toBe(own);
  });

test('without a Dockerfile values are replaced, and without values nothing changes', () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: what is shown
  expect(unexpandedStep('RUN echo my-plain-token', [], ARGS)).toBe('RUN echo ${TOKEN}');
  expect(unexpandedStep('RUN make', [], {})).toBe('RUN make');
  expect(unexpandedStep('', instructions, ARGS)).toBe('');
});

test('no text needs long', () => {
  const long = `RUN ${'$A x '.repeat(2_000)}`;
  const began = process.cpuUsage();
  unexpandedStep(`RUN ${'x '.repeat(50_000)}`, Array(50).fill(long), { A: 'x', B: 'x x x' });
  expect(process.cpuUsage(began).user).toBeLessThan(10_000_000);
});

test('in any other failure versions and names are shown, and nothing that looks like a secret', () => {
  const failure = new Failure('build', 'COPY or ADD: app-1.4.2/x7Rkq9Lm2 is not in the build context', {
    hint: 'there is no python:3.12-slim for x7Rkq9Lm2',
    evidence: ['x7Rkq9Lm2'],
  });
  const args = { VERSION: '1.4.2', BASE: 'python:3.12-slim', WHAT: 'x7Rkq9Lm2', ENV: 'production' };
  const told = withoutOpaqueValues(failure, args);
  expect([told.category, told.message, told.hint, told.evidence]).toEqual([
    'build',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: what is shown
    'COPY or ADD: app-1.4.2/${WHAT} is not in the build context',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: what is shown
    'there is no python:3.12-slim for ${WHAT}',
    ['x7Rkq9Lm2'],
  ]);
  expect(withoutOpaqueValues(failure, { VERSION: '1.4.2' })).toBe(failure);
});
