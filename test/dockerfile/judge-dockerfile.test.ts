// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Dockerfiles have variables
import { findingSentences } from '../../helper/src/dockerfile/finding.ts';
import { judgeDockerfile } from '../../helper/src/dockerfile/judge-dockerfile.ts';

type JudgeRequest = Partial<Parameters<typeof judgeDockerfile>[1]>;

const PATHS = ['src', 'src/app.py', 'src/lib', 'src/lib/x.jar', 'package.json', 'a.tar.gz', 'arr[0].txt', '.npmrc'];

const findings = (text: string, request: JudgeRequest = {}) =>
  judgeDockerfile(text, { buildArgs: {}, platform: 'linux/amd64', paths: () => PATHS, ...request }).findings;

/** The findings in short: `R3 ADD --checksum` is a refused one in line 3. */
const seen = (text: string, request: JudgeRequest = {}) =>
  findings(text, request).map(({ refused, line, what }) => `${refused ? 'R' : 'W'}${line} ${what}`);

describe('instructions that would silently give another image are refused', () => {
  for (const [name, text, expected] of [
    ['ADD --checksum', 'ADD --checksum=sha256:1 https://h/x /x', ['R2 ADD --checksum']],
    ['with a variable', 'ARG S\nADD --checksum=$S https://h/x /x', ['R3 ADD --checksum']],
    ['COPY --exclude', 'COPY --exclude=*.log . /x', ['R2 COPY --exclude']],
    ['from a stage', 'COPY --from=y --exclude=*.log . /x', ['R2 COPY --exclude']],
    ['ADD --exclude', 'ADD --exclude="*.log" . /x', ['R2 ADD --exclude']],
    ['COPY --parents', 'COPY --parents a/b /x', ['R2 COPY --parents']],
    ['COPY --parents=true', 'COPY --parents=TRUE a/b /x', ['R2 COPY --parents']],
    ['small letters', 'copy --parents a/b /x', ['R2 COPY --parents']],
    ['JSON', 'COPY --exclude=b ["a", "/x"]', ['R2 COPY --exclude']],
    ['over several lines', 'COPY --chown=1:1 \\\n  # no logs\n  --exclude=*.log \\\n  . /x', ['R2 COPY --exclude']],
    ['two of one COPY', 'COPY --exclude=b --parents a /x', ['R2 COPY --exclude', 'R2 COPY --parents']],
    ['a heredoc beside a file', 'COPY --exclude=b a <<EOF /x\nEOF', ['R2 COPY --exclude']],
    ['a repository', 'ADD https://github.com/acme/shop.git#v1:docs /x', ['R2 ADD of a git repository']],
    ['a repository over SSH', 'ADD --keep-git-dir git@github.com:acme/shop.git /x', ['R2 ADD of a git repository']],
    ['ADD --unpack of a download', 'ADD --unpack https://h/x.tar /x', ['R2 ADD --unpack']],
    ['ADD --unpack=false of an archive', 'ADD --unpack=false a.tar.gz /x', ['R2 ADD --unpack=false']],
    ['a quoted heredoc alone', "RUN <<'EOF'\nx\nEOF", ["R2 RUN <<'EOF'"]],
    ['a heredoc with tabs alone', 'RUN --mount=type=secret,id=a <<-EOF\nx\nEOF', ['R2 RUN <<-EOF']],
    ['a heredoc with a blank alone', 'RUN << EOF\nx\nEOF', ['R2 RUN << EOF']],
    ['a heredoc with a number alone', 'RUN 3<<EOF\nx\nEOF', ['R2 RUN 3<<EOF']],
  ] as const)
    test(name, () => expect(seen(`FROM y\n${text}`)).toEqual(expected));
});

describe('warnings about what a RUN does not get', () => {
  for (const [name, text, expected] of [
    ['an SSH agent', 'RUN --mount=type=ssh x', ['W2 RUN --mount=type=ssh']],
    ['in other letters and order', 'run --mount=required,TYPE=SSH x', ['W2 RUN --mount=type=ssh']],
    ['JSON', 'RUN --mount=type=ssh ["x"]', ['W2 RUN --mount=type=ssh']],
    ['a type from a variable', 'ARG T=ssh\nRUN --mount=type=$T x', ['W3 RUN --mount=type=ssh']],
    ['tmpfs', 'RUN --mount=type=tmpfs,target=/t x', ['W2 RUN --mount=type=tmpfs']],
    ['a stage', 'RUN --mount=type=bind,from=z,target=/t x', ['W2 RUN --mount=type=bind,from=z']],
    ['a stage, the type left out', 'RUN --mount=from=z,source=/a,target=/t x', ['W2 RUN --mount=type=bind,from=z']],
    ['in quotes', 'RUN --mount="from=z,\\"target=/t,1\\"" x', ['W2 RUN --mount=type=bind,from=z']],
    [
      'a cache that begins with files',
      'RUN --mount=type=cache,from=z,target=/t x',
      ['W2 RUN --mount=type=cache,from=z'],
    ],
    ['a target below WORKDIR', 'RUN --mount=target=src x', ['W2 RUN --mount=type=bind with a relative target']],
    ['no network', 'RUN --network=none x', ['W2 RUN --network=none']],
    ['the host’s network', 'RUN --network=host x', ['W2 RUN --network=host']],
    ['privileges', 'RUN --security=insecure x', ['W2 RUN --security=insecure']],
    [
      'several',
      'RUN --mount=type=ssh --network=none --mount=type=tmpfs,target=/t x',
      ['W2 RUN --mount=type=ssh', 'W2 RUN --mount=type=tmpfs', 'W2 RUN --network=none'],
    ],
    ['its interpreter', 'RUN <<EOF\n#!/usr/bin/env python3\nEOF', ['W2 RUN <<EOF']],
    ['options of its interpreter', 'RUN <<EOF\n#!/bin/sh -e\nEOF', ['W2 RUN <<EOF']],
    ['SHELL in a heredoc', 'SHELL ["/bin/bash", "-ec"]\nRUN <<EOF\nEOF', ['W3 RUN <<EOF']],
  ] as const)
    test(name, () => expect(seen(`FROM y\n${text}`)).toEqual(expected));
});

describe('wildcards are compared with the files of the context', () => {
  for (const [name, text, expected] of [
    ['no match', 'COPY nothing*.txt /x/', ['W2 COPY nothing*.txt']],
    ['no match of ADD', 'ADD nothing?.txt /x/', ['W2 ADD nothing?.txt']],
    ['JSON', 'COPY ["no thing*", "/x/"]', ['W2 COPY no thing*']],
    ['a match', 'COPY src/*.py /x/', []],
    ['a folder', 'COPY s[a-r]c /x/', []],
    ['a star takes no slash', 'COPY src/*.jar /x/', ['W2 COPY src/*.jar']],
    ['two stars are one', 'COPY src/**/*.jar /x/', []],
    ['a leading slash', 'COPY /src/*.py /x/', []],
    ['a leading dot', 'COPY ./src/*.py /x/', []],
    ['above the context', 'COPY ../src/*.py /x/', ['W2 COPY ../src/*.py']],
    ['the name itself, though it looks like a pattern', 'COPY arr[0].txt /x/', []],
    ['hidden files', 'COPY .n* /x/', []],
    ['the file if it is there', 'COPY package.json yarn.lock* package-lock.json* /x/', []],
    ['the file if it is there, and nothing else', 'COPY yarn.lock* /x/', ['W2 COPY yarn.lock*']],
    ['none of several', 'COPY yarn.lock* pnpm.lock* /x/', ['W2 COPY yarn.lock*', 'W2 COPY pnpm.lock*']],
    ['one of several', 'COPY src/*.py *.java /x/', ['W2 COPY *.java']],
    ['everything in a folder', 'COPY package.json target/* /x/', ['W2 COPY target/*']],
    ['a file that is missing beside a wildcard', 'COPY missing.txt pack* /x/', ['W2 COPY missing.txt']],
    ['a file that is missing alone ends the build', 'COPY missing.txt /x/', []],
    ['all of the context beside a wildcard', 'COPY . *.none /x/', ['W2 COPY *.none']],
    ['a folder with its slash beside a wildcard', 'COPY src/ none* /x/', []],
    ['from a stage', 'COPY --from=z nothing* /x/', []],
    ['an address', 'ADD https://h/x?a=* /x/', []],
    ['a heredoc', 'COPY <<EOF* /x/\nEOF*', []],
    ['a variable without value', 'COPY ${D}/*.txt /x/', []],
    ['a variable of the base image, perhaps', 'COPY ${D:-none}/*.txt /x/', []],
    ['a variable with a match', 'ARG D=src\nCOPY $D/*.py /x/', []],
    ['a variable without a match', 'ARG D=src\nENV E=$D/lib\nCOPY ${E}/*.py /x/', ['W4 COPY ${E}/*.py']],
    ['a pattern that is none', 'COPY [a-.txt /x/', []],
    ['a quoted pattern', 'COPY noth"*"ing /x/', ['W2 COPY noth"*"ing']],
  ] as const)
    test(name, () => expect(seen(`FROM y\n${text}`)).toEqual(expected));

  test('values of build arguments are used', () => {
    const text = 'FROM y\nARG D=src\nCOPY $D/*.py /x/';
    expect(seen(text, { buildArgs: { D: 'lib' } })).toEqual(['W3 COPY $D/*.py']);
  });

  test('the paths of the context are read only where a COPY has wildcards', () => {
    let looks = 0;
    const paths = () => {
      looks += 1;
      return PATHS;
    };
    findings('FROM y\nCOPY src /x\nADD https://h/*.txt /x\nCOPY --from=z * /x', { paths });
    expect(looks).toBe(0);
    findings('FROM y\nCOPY * /x', { paths });
    expect(looks).toBe(1);
  });
});

describe('nothing is said where kaniko does as Docker, or ends the build with the reason', () => {
  for (const [name, text] of [
    ['--link, --chown, --chmod', 'COPY --link --chown=1:1 --chmod=u+x src /x'],
    ['--parents=false', 'COPY --parents=false src /x'],
    ['an empty checksum', 'ADD --checksum= https://h/x /x'],
    ['an empty pattern', 'COPY --exclude= . /x'],
    ['a flag behind the arguments', 'COPY src --exclude=b /x'],
    ['a flag behind --', 'COPY -- --parents /x'],
    ['a flag that is none', 'COPY --Exclude=b . /x'],
    ['a download that only looks like a repository', 'ADD https://h/x.git.tar /x'],
    ['--unpack of what is unpacked anyway', 'ADD --unpack=true a.tar.gz /x'],
    ['--unpack=false of a file', 'ADD --unpack=false src/app.py /x'],
    ['a heredoc alone', 'RUN <<EOF\n#!/bin/sh\nx\nEOF'],
    ['a heredoc with a program', "RUN python3 <<'EOF'\nx\nEOF"],
    ['two heredocs', "RUN <<-A <<'B'\nx\nA\ny\nB"],
    ['text in a heredoc', 'RUN <<EOF\nCOPY --exclude=b . /x\nRUN --mount=type=ssh\nEOF'],
    ['text in a comment', '# COPY --exclude=b . /x\nRUN echo \\\n# COPY --parents b c\n  d'],
    ['text of a command', 'RUN echo COPY --exclude=b . /x'],
    [
      'secrets, caches and the context',
      'RUN --mount=type=secret,id=a --mount=type=cache,target=/c --mount=target=/s x',
    ],
    ['what is the default', 'RUN --network=default --security=sandbox x'],
    ['a mount whose type is not known', 'RUN --mount=type=$T,from=z x'],
    ['SHELL in a command', 'SHELL ["/bin/bash", "-ec"]\nRUN x'],
    ['triggers for others', 'ONBUILD COPY --exclude=b . /x'],
    ['what cannot be read', 'COPY --exclude=b . /x\nENV A'],
    ['a heredoc without end', 'COPY --exclude=b . /x\nRUN <<EOF'],
    ['a FROM that is none', 'COPY --exclude=b . /x\nFROM a b'],
  ] as const)
    test(name, () => expect(seen(`FROM y\n${text}`)).toEqual([]));
});

describe('only stages that are built are judged', () => {
  const two = 'FROM a AS one\nCOPY --parents b c\nFROM d AS two\nCOPY e f\nFROM one AS three\nRUN g';
  for (const [name, text, request, expected] of [
    ['an unused stage', 'FROM a AS one\nCOPY --parents b c\nFROM d\nRUN e', {}, []],
    ['a stage that another is based upon', two, {}, ['R2 COPY --parents']],
    ['a target that needs it not', two, { target: 'two' }, []],
    ['a target in other letters', two, { target: 'ONE' }, ['R2 COPY --parents']],
    ['a target that is not there', two, { target: 'four' }, []],
    [
      'a stage that is copied from',
      'FROM a AS b\nCOPY --parents b c\nFROM d\nCOPY --from=b x y',
      {},
      ['R2 COPY --parents'],
    ],
    [
      'FROM by a build argument',
      'ARG B\nFROM a AS b\nCOPY --parents b c\nFROM ${B}',
      { buildArgs: { B: 'b' } },
      ['R3 COPY --parents'],
    ],
    ['a trigger', 'FROM a AS b\nONBUILD COPY --exclude=c . /x\nFROM b', {}, ['R2 COPY --exclude']],
    [
      'a trigger twice',
      'FROM a AS b\nONBUILD ADD --checksum=c d e\nFROM b AS c\nFROM b\nCOPY --from=c x y',
      {},
      ['R2 ADD --checksum', 'R2 ADD --checksum'],
    ],
    ['values of the base', 'FROM a AS b\nENV D=none\nFROM b\nCOPY $D/* /x/', {}, ['W4 COPY $D/*']],
    ['SHELL of the base', 'FROM a AS b\nSHELL ["/bin/bash", "-c"]\nFROM b\nRUN <<EOF\nEOF', {}, ['W4 RUN <<EOF']],
    ['another platform', 'FROM --platform=linux/arm64 a', {}, ['W1 FROM --platform=linux/arm64']],
    ['another platform by an ARG', 'ARG P=arm64\nFROM --platform=$P a', {}, ['W2 FROM --platform=arm64']],
    [
      'this platform',
      'FROM --platform=linux/x86_64 a AS b\nFROM --platform=$BUILDPLATFORM c\nCOPY --from=b d e',
      {},
      [],
    ],
    ['a platform that is not known', 'FROM --platform=$P a', {}, []],
  ] as const)
    test(name, () => expect(seen(text, request)).toEqual(expected));
});

test('a finding says what kaniko does instead and how to mend it; equal findings are one sentence', () => {
  const text = 'FROM a\nRUN --mount=type=ssh b\nRUN c\nRUN --mount=type=ssh d\nCOPY --exclude=*.env . /x';
  expect(findingSentences('docker/Dockerfile', findings(text))).toEqual([
    'docker/Dockerfile:2, 4: RUN --mount=type=ssh: kaniko gives the RUN no SSH agent. Check the sources out in the pipeline, or hand a key over by RUN --mount=type=secret',
    'docker/Dockerfile:5: COPY --exclude: kaniko copies what is to be left out, secrets too. Leave it out by .dockerignore or the parameter ignore, or name what is to be copied',
  ]);
});

test('a text of the Dockerfile cannot look like a line of ours', () => {
  const [told = ''] = findingSentences('Dockerfile', findings('FROM a\nCOPY x\u001b[2K\u2028*[!]\u0007 /x'));
  expect(told).toMatch(/^Dockerfile:2: COPY x\*\[!\]: /);
});

test('values of variables are not shown', () => {
  const text = 'FROM a\nARG TOKEN\nCOPY $TOKEN/*.txt /x/';
  expect(findingSentences('Dockerfile', findings(text, { buildArgs: { TOKEN: 's3cr3t' } })).join()).not.toContain(
    's3cr3t',
  );
});
