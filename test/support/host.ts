import { existsSync, lstatSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AwsCredentialIdentity } from '@smithy/types';
import type { HostProcess } from '../../helper/src/cli/host-process.ts';
import { stepsProgram } from '../../helper/src/cli/perform-step.ts';
import { run } from '../../helper/src/cli/run-program.ts';
import { Failure } from '../../helper/src/failure.ts';
import type { Double } from '../double/double.ts';
import { recordProgramRun } from './program-runs.ts';
import { CREDENTIALS, testAws } from './world.ts';

/** What a user sees of one run of the helper. */
export interface Seen {
  status: number;
  stdout: string;
  stderr: string;
  /** What the result file holds; undefined where there is none. */
  outcome: unknown;
}

export interface Options {
  env?: Readonly<Record<string, string | undefined>>;
  /** Aborts the run. */
  controller?: AbortController;
  /** The file for the result; where left out, a temporary one that is deleted afterwards. */
  resultFile?: string;
  /** A clock in place of the double's: one that is wrong, or that tells the test of each sleep. */
  clock?: HostProcess['clock'];
  /** Called with each text for people, as soon as it is written. */
  onSaid?: (text: string) => void;
  /** Makes other clients than those of the double. */
  createAws?: HostProcess['createAws'];
  /** Called at the beginning of each memory phase. */
  enterPhase?: NonNullable<HostProcess['enterPhase']>;
  /** The credentials of the default chain. */
  credentials?: AwsCredentialIdentity;
}

/** The reason of an abort by SIGTERM, as Jenkins sends it. */
export const sigterm = () => new Failure('aborted', 'aborted by SIGTERM', { signal: 15 });

/** Runs the command line in this process, against a double and on its clock; `--result` is added. */
export async function runCli(double: Double, argv: readonly string[], options: Options = {}): Promise<Seen> {
  const folder = await mkdtemp(join(tmpdir(), 'fargate-ci-cli-'));
  const resultFile = options.resultFile ?? join(folder, 'result.json');
  const createAws = options.createAws ?? (({ credentials }) => testAws(double, credentials));
  let stdout = '';
  let stderr = '';
  try {
    const status = await run(stepsProgram, [...argv, '--result', resultFile], {
      version: '1.2.3',
      nodeVersion: 'v20.11.1',
      env: { AWS_REGION: double.place.region, AWS_ENDPOINT_URL: double.url, ...options.env },
      cwd: folder,
      clock: options.clock ?? double.clock,
      signal: (options.controller ?? new AbortController()).signal,
      stdout: (text) => {
        stdout += text;
      },
      stderr: (text) => {
        stderr += text;
        options.onSaid?.(text);
      },
      drained: async () => {},
      ...(options.enterPhase && { enterPhase: options.enterPhase }),
      credentials: async () => options.credentials ?? CREDENTIALS,
      createAws,
      createSsm: async (wanted) => (await createAws(wanted)).ssm,
      profileRegion: async () => undefined,
    });
    recordProgramRun({ command: `fargate-ci ${argv.join(' ')}`, status, said: stderr + stdout });
    // To read a fifo would wait for ever.
    const isFile = existsSync(resultFile) && lstatSync(resultFile).isFile();
    return { status, stdout, stderr, outcome: isFile ? await readJson(resultFile) : undefined };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return undefined;
  }
}
