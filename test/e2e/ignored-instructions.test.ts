import { workspace } from './cloud.ts';
import { inside, withoutFlags } from './executor.ts';

// The helper refuses what kaniko would ignore. Here kaniko gets the whole Dockerfile, without the helper.

const DOCKERFILE = `# escape=\`
ARG VERSION=1.36
from busybox:\${VERSION} as Base
arg WHO=nobody
env GREETING="an 'apple' for \${WHO:-none}" \`
    # a comment in between
    LIST='x  y'
run echo "$GREETING|$LIST|$WHO" > /variables
onbuild run echo triggered > /triggered

FROM base AS tools
RUN mkdir /o && echo js > /o/a.js && echo css > /o/a.css

FROM base
SHELL ["/bin/sh", "-e", "-c"]
RUN cat <<'ONE' > /quoted && cat <<-TWO > /unquoted
$WHO
ONE
	$WHO
	TWO
COPY --chmod=755 <<run.sh <<-"data" plain /files/
echo $GREETING
run.sh
	$GREETING
data
COPY nothing* plain /matched/
COPY --exclude=*.log folder /excluded/
ADD --checksum=sha256:${'0'.repeat(64)} plain /added
COPY --from=tools /o/*.js /scripts/
RUN --network=none --mount=type=ssh --mount=type=tmpfs,target=/t echo ran > /ran
WORKDIR /work
WORKDIR inner
RUN pwd > /workdir
LABEL greeting="$GREETING"
CMD ["cat", "/ran"]
`;

test('what a Dockerfile may hold comes out as kaniko makes it', async () => {
  const folder = workspace({ Dockerfile: DOCKERFILE, plain: 'plain\n', 'folder/a.log': '', 'folder/b': '' });
  const built = await withoutFlags(folder, 'constructs', '1', ['--build-arg=WHO=me', '--cache=false']);
  expect({ status: built.status, log: built.log }).toMatchObject({ status: 0 });
  expect(await inside(built.reference, LOOK)).toBe(EXPECTED);
  for (const warning of ['--network', '--mount=type=ssh', '--mount=type=tmpfs'])
    expect(built.log).toContain(`upport '${warning}' flags in RUN statements`);
});

const LOOK = `cd /; for f in variables triggered quoted unquoted files/run.sh files/data files/plain added ran workdir; do
echo $f: $(cat $f); done; ls matched excluded scripts; stat -c %a files/run.sh; pwd`;

const EXPECTED = `variables: an 'apple' for me|x y|me
triggered: triggered
quoted: $WHO
unquoted: me
files/run.sh: echo $GREETING
files/data: $GREETING
files/plain: plain
added: plain
ran: ran
workdir: /work/inner
excluded:
a.log
b

matched:
plain

scripts:
a.js
755
/
`;
