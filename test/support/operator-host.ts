import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../helper/src/cli/run-program.ts';
import { createOperatorAws } from '../../helper/src/operator/operator-clients.ts';
import { operatorProgram } from '../../helper/src/operator/operator-program.ts';
import type { OperatorAws, TemplateTexts } from '../../helper/src/operator/operator-world.ts';
import type { Double } from '../double/double.ts';
import { recordProgramRun } from './program-runs.ts';
import { CREDENTIALS, holdTime, onVirtualTime, testAws } from './world.ts';

/** What an operator sees of one run of the program. */
export interface OperatorRun {
  status: number;
  /** stderr, then stdout, then the exit status. */
  transcript: string;
}

export interface OperatorRunOptions {
  env?: Readonly<Record<string, string | undefined>>;
  controller?: AbortController;
  /** Default: SMALL_TEMPLATES. */
  templates?: TemplateTexts;
  /** Contents of fargate-ci.yaml. */
  config?: string;
  /** The controller's Dockerfile. */
  dockerfile?: string;
}

/** Small templates, so that transcripts do not change with every resource of the real ones. */
export const SMALL_TEMPLATES: TemplateTexts = {
  network: small('network'),
  builder: small('builder'),
  jenkins: small('jenkins'),
  service: small('service'),
};

/** The templates of `infrastructure/`. */
export const REAL_TEMPLATES: TemplateTexts = {
  network: real('network'),
  builder: real('builder'),
  jenkins: real('jenkins'),
  service: real('service'),
};

function real(name: string): string {
  return readFileSync(new URL(`../../infrastructure/${name}.yaml`, import.meta.url), 'utf8');
}

function small(name: string): string {
  return readFileSync(new URL(`../operator/infra/templates/${name}.yaml`, import.meta.url), 'utf8');
}

/** The operator's clients: they call the double, and wait by its clock. */
export function operatorAws(double: Double): OperatorAws {
  const { clock, place, url } = double;
  const made = createOperatorAws({ region: place.region, credentials: CREDENTIALS, endpoint: url, clock });
  const aws = onVirtualTime(made, double.clock);
  const clients = [aws.ecs, aws.s3, aws.logs, aws.ssm, aws.ecr, aws.secretsManager, aws.elbv2];
  for (const client of [...clients, aws.cloudFormation, aws.route53, aws.efs, aws.acm, aws.iam])
    retryWithoutWaiting(client);
  holdTime(aws.cloudFormation, double.clock);
  holdTime(aws.route53, double.clock);
  holdTime(aws.efs, double.clock);
  holdTime(aws.acm, double.clock);
  holdTime(aws.iam, double.clock);
  return aws;
}

/** Retries as the SDK does, but without its pauses, which take real time. */
function retryWithoutWaiting({
  config,
}: {
  config: Pick<OperatorAws['ecs']['config'], 'retryStrategy' | 'maxAttempts'>;
}): void {
  const token = (count: number) => ({ getRetryCount: () => count, getRetryDelay: () => 0 });
  config.retryStrategy = async () => ({
    mode: 'standard',
    acquireInitialRetryToken: async () => token(0),
    async refreshRetryTokenForRetry(last: { getRetryCount(): number }, error: { errorType: string }) {
      const count = last.getRetryCount() + 1;
      if (error.errorType === 'CLIENT_ERROR' || count >= (await config.maxAttempts()))
        throw new Error('no further attempt');
      return token(count);
    },
    recordSuccess() {},
  });
}

/** Runs `fargate-ci ...` of the operator in this process, on the double and its clock. */
export async function runOperator(
  double: Double,
  argv: readonly string[],
  options: OperatorRunOptions = {},
): Promise<OperatorRun> {
  const cwd = await mkdtemp(join(tmpdir(), 'fargate-ci-operator-'));
  const controller = join(cwd, 'controller');
  await mkdir(controller);
  await writeFile(join(controller, 'Dockerfile'), options.dockerfile ?? 'FROM jenkins/jenkins:lts-jdk21\n');
  if (options.config !== undefined) await writeFile(join(cwd, 'fargate-ci.yaml'), options.config);
  let stdout = '';
  let stderr = '';
  try {
    const status = await run(operatorProgram, argv, {
      version: '1.2.3',
      nodeVersion: 'v20.11.1',
      env: { AWS_REGION: double.place.region, AWS_ENDPOINT_URL: double.url, ...options.env },
      cwd,
      clock: double.clock,
      signal: (options.controller ?? new AbortController()).signal,
      stdout: (text) => {
        stdout += text;
      },
      stderr: (text) => {
        stderr += text;
      },
      drained: async () => {},
      credentials: async () => CREDENTIALS,
      createSsm: () => testAws(double).ssm,
      createAws: () => testAws(double),
      createOperatorAws: () => operatorAws(double),
      profileRegion: async () => undefined,
      templates: options.templates ?? SMALL_TEMPLATES,
      controller,
    });
    recordProgramRun({ command: `fargate-ci ${argv.join(' ')}`, status, said: stderr + stdout });
    return { status, transcript: `${stderr}${stdout}(exit status ${status})\n` };
  } finally {
    await rm(cwd, { recursive: true });
  }
}
