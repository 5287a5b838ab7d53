import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../../helper/src/cli/run-program.ts';
import { Failure } from '../../../helper/src/failure.ts';
import { performDoctorCommand } from '../../../helper/src/operator/doctor/doctor-command.ts';
import { renderDoctorReport } from '../../../helper/src/operator/doctor/render-report.ts';
import { operatorProgram } from '../../../helper/src/operator/operator-program.ts';
import { Mask } from '../../../helper/src/secrets/mask.ts';
import type { Double } from '../../double/double.ts';
import { healthyAccount, hostOf, PARAMETERS, runDoctorOn, type Surroundings } from '../../support/doctor-scene.ts';
import { expectGolden } from '../../support/golden.ts';

let double: Double;
beforeEach(async () => {
  double = await healthyAccount();
});
afterEach(() => double.close());

const LINE = { visibleAt: 0, timestamp: 0, message: 'a line' };

const noCredentials = async () => {
  throw Object.assign(new Error('Could not load credentials from any providers'), { name: 'CredentialsProviderError' });
};

async function transcript(name: string, surroundings: Surroundings = {}): Promise<void> {
  const report = await runDoctorOn(double, surroundings);
  expectGolden(`doctor-${name}`, `${renderDoctorReport(report).join('\n')}\n(exit status ${report.exitStatus})\n`);
}

test('all well', () => transcript('well'));

test('several problems', async () => {
  double.iam.refuse('ecs:RunTask');
  double.iam.refuse('iam:PassRole', { on: 'app-execution' });
  double.fault({ action: 'HeadBucket', fault: { kind: 'access-denied' } });
  double.logs.retention.delete('/fargate-ci/kaniko');
  double.quotas.values.set('L-3032A538', 1);
  await transcript('problems', { env: { FARGATE_CI_PUBLIC_IP: 'DISABLED' } });
});

/** What the caller policy of the builder stack does not grant. */
const REFUSED = [
  ...['DescribeClusters', 'SimulatePrincipalPolicy', 'GetRole', 'HeadBucket', 'DescribeLogGroups', 'DescribeSubnets'],
  ...['DescribeSecurityGroups', 'GetServiceQuota'],
];

test("Jenkins' own credentials: what builds may do answers most", async () => {
  for (const action of REFUSED) double.fault({ action, times: 9, fault: { kind: 'access-denied' } });
  for (const group of ['/fargate-ci/kaniko', '/fargate-ci/apps']) double.logs.put(group, 'one', LINE);
  await transcript('as-jenkins');
});

test('no credentials', () => transcript('no-credentials', { credentials: noCredentials }));

test('no region', () => transcript('no-region', { env: { AWS_REGION: undefined } }));

test('nothing set up yet', () => transcript('nothing-yet', { env: { FARGATE_CI_PREFIX: 'team-b' } }));

/** The command as the program runs it. */
async function perform(surroundings: Surroundings, json: boolean) {
  const written: string[] = [];
  const host = { ...hostOf(double, surroundings), stdout: (text: string) => void written.push(text) };
  const partial: object[] = [];
  const mask = new Mask(['fargate-ci-contexts']);
  const recordPartial = (fields: object) => void partial.push(fields);
  const outcome = await performDoctorCommand({ ...PARAMETERS, json }, host, { recordPartial, mask }).catch(
    (error: unknown) => error,
  );
  return { stdout: written.join(''), partial, outcome };
}

test('as a command: text or data where all is well', async () => {
  const { stdout, outcome } = await perform({}, false);
  expect(stdout).toBe('');
  expect(outcome).toMatch(/no problem; 19 of 19 checks are well\n$/);
  expect((await perform({}, true)).outcome).toMatchObject({ exitStatus: 0, prefix: 'fargate-ci' });
});

test('as a command: the report, then a failure of the worst category', async () => {
  const around = { nodeVersion: 'v18.0.0' };
  const usage = await perform(around, false);
  expect(usage.stdout).toMatch(/PROBLEM {2}node: v18\.0\.0 is too old/);
  expect(usage.stdout).not.toMatch(/fargate-ci-contexts/);
  expect(usage.outcome).toBeInstanceOf(Failure);
  expect(usage.outcome).toMatchObject({ category: 'usage', exitStatus: 2, message: 'node: v18.0.0 is too old' });
  double.quotas.values.set('L-3032A538', 0);
  const aws = await perform(around, true);
  expect(JSON.parse(aws.stdout)).toMatchObject({ exitStatus: 30 });
  expect(aws.outcome).toMatchObject({ category: 'aws', exitStatus: 30, message: '2 problems: node, vCPU quota' });
  expect(aws.partial).toEqual([expect.objectContaining({ exitStatus: 30 })]);
});

/** The whole program, in a folder with this fargate-ci.yaml. */
async function runIn(config: string, argv: readonly string[]) {
  const cwd = await mkdtemp(join(tmpdir(), 'fargate-ci-doctor-'));
  const written: string[] = [];
  const note = (text: string) => void written.push(text);
  try {
    await writeFile(join(cwd, 'fargate-ci.yaml'), config);
    const status = await run(operatorProgram, argv, { ...hostOf(double), cwd, stdout: note, stderr: note });
    return { status, text: written.join('') };
  } finally {
    await rm(cwd, { recursive: true });
  }
}

test('as a program: what fargate-ci.yaml says holds for the doctor too, and flags win', async () => {
  const config = 'prefix: team-b\ndomain: example.com\n';
  const other = await runIn(config, ['doctor']);
  expect(other).toMatchObject({ status: 2, text: expect.stringContaining('6 are missing (prefix team-b)') });
  expect(other.text).toMatch(/FAILED {2}settings: 6 are missing/);
  expect(await runIn(config, ['doctor', '--prefix', 'fargate-ci'])).toMatchObject({ status: 0 });
  expect(await runIn('prefix: fargate-ci\ndomain:\nregion:\n', ['doctor'])).toMatchObject({ status: 0 });
  const misspelt = await runIn(config, ['doctor', '--principle', 'x']);
  expect(misspelt).toMatchObject({ status: 2, text: expect.stringContaining('did you mean "principal"?') });
});
