import type { DockerEngine } from '../engine/docker-engine.ts';
import type { InstallOptions } from '../install/install-options.ts';
import { STAND_IN_REPOSITORY } from '../kaniko/repositories.ts';
import { run } from '../process.mjs';
import { isReachable } from './reachable-registry.ts';
import { makeStandIn } from './stand-in-image.ts';

/** How long a pull of kaniko's image may take. After that the stand-in is used. */
const PULL_MS = 120_000;

/** The image that builds. */
export interface KanikoImage {
  readonly image: string;
  /** False for the stand-in. */
  readonly real: boolean;
}

/**
 * Finds the real kaniko, in the engine or by a pull, or makes the stand-in.
 * @param image the real one
 * @param port of MiniStack. It is the stand-in's tag, so that each local cloud has its own.
 */
export async function findKaniko(
  engine: DockerEngine,
  image: string,
  port: number,
  { say, signal }: InstallOptions,
): Promise<KanikoImage> {
  const env = { DOCKER_HOST: engine.host };
  if ((await run('docker', ['image', 'inspect', image], { env })).status === 0) return { image, real: true };
  if (await isReachable(image.split('/')[0] ?? '')) {
    say(`pulling ${image}`);
    const pull = await run('docker', ['pull', '--quiet', image], { env, timeoutMs: PULL_MS, signal });
    if (pull.status === 0) return { image, real: true };
  }
  const name = `${STAND_IN_REPOSITORY}:${port}`;
  await makeStandIn(engine, name);
  return { image: name, real: false };
}
