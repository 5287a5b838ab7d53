import { jest } from '@jest/globals';
import type { Double } from '../../../double/double.ts';
import { emptyAccount } from '../../../support/infra-scene.ts';
import { REAL_TEMPLATES, runOperator } from '../../../support/operator-host.ts';

jest.setTimeout(60_000);

let double: Double;
beforeEach(async () => {
  double = await emptyAccount();
});
afterEach(() => double.close());

const plan = async (...more: string[]): Promise<string> => {
  const line = ['infra', 'plan', '--only', 'builder', ...more];
  const { status, transcript } = await runOperator(double, line, { templates: REAL_TEMPLATES });
  expect({ status, transcript }).toMatchObject({ status: 0 });
  return transcript;
};
const RESOURCE = 'create   ECR RegistryScanningConfiguration';
const filter = { repositoryFilters: [{ filter: '*', filterType: 'WILDCARD' }] };

test('where nobody has set scanning, pushed images are scanned, and the log says so', async () => {
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

test('the value that the operator gives wins', async () => {
  expect(await plan('--builder-parameters', 'ScanImages=false')).not.toContain(RESOURCE);
  expect(double.calls('GetRegistryScanningConfiguration')).toEqual([]);
});

test('where the setting cannot be read, nothing is set', async () => {
  double.fault({ action: 'GetRegistryScanningConfiguration', fault: { kind: 'access-denied' } });
  expect(await plan()).not.toContain(RESOURCE);
});

test('an existing builder keeps its value', async () => {
  await runOperator(double, ['infra', 'up', '--only', 'builder', '--builder-parameters', 'ScanImages=false'], {
    templates: REAL_TEMPLATES,
  });
  expect(await plan()).toContain('fargate-ci-builder: as it should be');
});
