import { BUILDER_FAMILY, readDefinition } from '../../local/cloud/builder-stack.ts';
import { STAND_IN_REPOSITORY } from '../../local/kaniko/repositories.ts';
import { run } from '../../local/process.mjs';
import { aws, cloud, docker, makeRepository, registry } from './cloud.ts';

/** The container that builds here: the real kaniko, or the stand-in. */
async function builder() {
  const { taskDefinition, container } = await readDefinition(aws, BUILDER_FAMILY);
  const { image = '', environment = [], mountPoints = [] } = container;
  const sources = new Map((taskDefinition.volumes ?? []).map(({ name, host }) => [name, host?.sourcePath ?? '']));
  return {
    image,
    variables: environment.map(({ name, value }) => `${name}=${value}`),
    mounts: mountPoints.map(({ sourceVolume, containerPath }) => `${sources.get(sourceVolume)}:${containerPath}`),
  };
}

/** True if a stand-in plays kaniko here. */
export async function isStandIn(): Promise<boolean> {
  return (await builder()).image.startsWith(`${STAND_IN_REPOSITORY}:`);
}

/**
 * Runs kaniko on a folder, without the helper and without any feature flag, to show what the flags change.
 * @param repository of the destination, without the registry. It is made here, and so is the one for the cache.
 */
export async function withoutFlags(folder: string, repository: string, tag: string, args: readonly string[]) {
  for (const name of [repository, `${repository}-cache`]) await makeRepository(name);
  const { image, variables, mounts } = await builder();
  const plain = variables.filter((variable: string) => !variable.startsWith('FF_KANIKO_'));
  const { status, stdout, stderr } = await run(
    'docker',
    [
      ...['run', '--rm', '--network=host'],
      ...[...mounts, `${folder}:/workspace/context:ro`].flatMap((mount) => ['--volume', mount]),
      ...plain.flatMap((variable: string) => ['--env', variable]),
      ...[image, '--context=dir:///workspace/context', `--destination=${registry}/${repository}:${tag}`],
      ...['--cache=true', `--cache-repo=${registry}/${repository}-cache`, '--cache-copy-layers', '--log-format=json'],
      ...['--force', '--insecure', '--insecure-pull', `--registry-map=index.docker.io=${registry}`],
      ...args,
    ],
    { env: { DOCKER_HOST: cloud.dockerHost } },
  );
  return { status, log: stdout + stderr, reference: `${registry}/${repository}:${tag}` };
}

/** The output of a shell command in an image. */
export function inside(reference: string, script: string): Promise<string> {
  return docker('run', '--rm', '--entrypoint=/bin/sh', reference, '-c', script);
}
