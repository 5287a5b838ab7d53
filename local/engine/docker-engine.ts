import { which } from '../install/which.ts';
import { must, run } from '../process.mjs';

/** A Docker engine to run containers on. */
export interface DockerEngine {
  /** Its address, in the form of DOCKER_HOST. */
  readonly host: string;
  /** Whether we started it, and so end it. */
  readonly own: boolean;
  /**
   * Runs a docker command on it.
   * @returns standard output
   * @throws Error where the command fails
   */
  readonly docker: (args: readonly string[], signal?: AbortSignal) => Promise<string>;
}

/** The engine that the docker command is set up for; undefined where none answers. */
export async function findEngine(): Promise<DockerEngine | undefined> {
  const docker = which('docker');
  if (!docker) return undefined;
  const context = await run(docker, ['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}']);
  const host = process.env.DOCKER_HOST || context.stdout.trim() || 'unix:///var/run/docker.sock';
  const info = await run(docker, ['--host', host, 'info', '--format', '{{.ServerVersion}}'], { timeoutMs: 20_000 });
  // Some versions of docker end with status 0 although the engine did not answer.
  return info.status === 0 && /^\d/.test(info.stdout) ? engineAt(host, false) : undefined;
}

/** @param host its address, in the form of DOCKER_HOST */
export function engineAt(host: string, own: boolean): DockerEngine {
  const env = { DOCKER_HOST: host, DOCKER_CONTEXT: undefined };
  return { host, own, docker: (args, signal) => must('docker', args, { env, signal }) };
}
