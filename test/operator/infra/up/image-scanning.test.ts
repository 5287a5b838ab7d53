import { jest } from '@jest/globals';
import type { Double } from '../../../double/double.ts';
import { emptyAccount } from '../../../support/infra-scene.ts';
import { REAL, runOperator } from '../../../support/operator-host.ts';

jest.setTimeout(60_000);

let double: Double;
beforeEach(async () => {
  double = await emptyAccount();
});
afterEach(() => double.close());

const plan = async (...more: string[]): Promise<string> => {
  const line = ['infra', 'plan', '--only', 'builder', ...more];
  const { status, transcript } = await runOperator(double, line, { templates: REAL });
  expect({ status, transcript }).toMatchObject({ status: 0 });
  return transcript;
};
const RESOURCE = 'create   ECR RegistryScanningConfiguration';
const filter = { repositoryFilters: [{ filter: '*', filterType: 'WILDCARD' }] };

test('a registry that nobody has set scans what is pushed, and says so', async () => {
  const text = await plan();
  expect(text).toContain(RESOURCE);
  expect(text).toContain('ECR will scan each image that is pushed below fargate-ci/');
});

for (const [name, scanning] of [
  ['rules', { scanType: 'BASIC', rules: [{ scanFrequency: 'SCAN_ON_PUSH', ...filter }] }],
  ['Inspector', { scanType: 'ENHANCED', rules: [] }],
] as const)
  test(`a registry in which others have set ${name} is left as it is`, async () => {
    double.ecr.scanning = scanning;
    expect(await plan()).not.toContain(RESOURCE);
  });

test('what the operator says goes', async () => {
  expect(await plan('--builder-parameters', 'ScanImages=false')).not.toContain(RESOURCE);
  expect(double.calls('GetRegistryScanningConfiguration')).toEqual([]);
});

test('where it cannot be looked at, nothing is set', async () => {
  double.fault({ action: 'GetRegistryScanningConfiguration', fault: { kind: 'access-denied' } });
  expect(await plan()).not.toContain(RESOURCE);
});

test('a builder that is there keeps what it has', async () => {
  await runOperator(double, ['infra', 'up', '--only', 'builder', '--builder-parameters', 'ScanImages=false'], {
    templates: REAL,
  });
  expect(await plan()).toContain('fargate-ci-builder: as it should be');
});
