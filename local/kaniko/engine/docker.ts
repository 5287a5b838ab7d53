import { type ChildProcess, spawn } from 'node:child_process';
import { KanikoError } from '../kaniko-error.ts';

const running = new Set<ChildProcess>();

/** Ends the docker commands that run. */
export function stopDocker(): void {
  for (const child of running) child.kill('SIGTERM');
}

/** What became of a docker command. */
export interface DockerResult {
  /** Its exit status; 127 where the command could not be started. */
  readonly status: number;
  /** Standard output and standard error together. */
  readonly text: string;
}

/**
 * Runs a docker command to its end.
 * @param onText sees the output as it comes
 */
export function docker(args: readonly string[], onText?: (text: string) => void): Promise<DockerResult> {
  return new Promise((resolve) => {
    const child = spawn('docker', args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, DOCKER_BUILDKIT: '1' },
    });
    running.add(child);
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (part: string) => {
        text += part;
        onText?.(part);
      });
    }
    child.on('error', (error) => resolve({ status: 127, text: error.message }));
    child.on('close', (code) => {
      running.delete(child);
      resolve({ status: code ?? 1, text });
    });
  });
}

/**
 * Runs a docker command that must succeed.
 * @returns what it printed
 * @throws KanikoError with the last line of its output
 */
export async function dockerOrFail(args: readonly string[]): Promise<string> {
  const { status, text } = await docker(args);
  if (status !== 0) throw new KanikoError(`error building image: ${text.trim().split('\n').at(-1)}`);
  return text.trim();
}
