import { hostname } from 'node:os';
import type { DockerEngine } from '../engine/docker-engine.ts';
import { STAND_IN_REPOSITORY, STEP_REPOSITORY } from '../kaniko/repositories.ts';

/**
 * Removes the containers and images that a MiniStack left on an engine. MiniStack labels each of its containers with
 * its own address.
 * @param port of that MiniStack
 */
export async function removeContainers(engine: DockerEngine, port: number): Promise<void> {
  const listed = await engine.docker(['ps', '-aq', '--filter', `label=ministack.instance=${hostname()}:${port}`]);
  const containers = listed.split('\n').filter(Boolean);
  if (containers.length > 0) await engine.docker(['rm', '--force', '--volumes', ...containers]);
  const images = await engine.docker(['images', '--digests', '--format', '{{.Repository}} {{.Tag}} {{.Digest}}']);
  for (const line of images.split('\n')) {
    const [repository = '', tag = '', digest = ''] = line.split(' ');
    if (!isOurs(repository, tag, port)) continue;
    const name = tag === '<none>' ? `${repository}@${digest}` : `${repository}:${tag}`;
    await engine.docker(['image', 'rm', '--force', name]);
  }
}

function isOurs(repository: string, tag: string, port: number): boolean {
  if (repository === STAND_IN_REPOSITORY) return tag === String(port);
  // A stand-in that was killed leaves what it had built so far.
  if (repository === STEP_REPOSITORY) return tag.startsWith(`${port}-`);
  return repository.startsWith(`127.0.0.1:${port}/`);
}
