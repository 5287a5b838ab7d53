import { Failure } from '../../helper/src/failure.ts';
import { readStoredSettings } from '../../helper/src/settings/stored-settings.ts';
import { type Double, startDouble } from '../double/double.ts';
import { testWorld } from '../support/world.ts';

let double: Double;
beforeEach(async () => {
  double = await startDouble();
});
afterEach(() => double.close());

test('all pages are read; names lose the prefix, and other prefixes are left out', async () => {
  for (let i = 0; i < 25; i += 1) double.ssm.put(`/team/key-${i}`, `value ${i}`);
  double.ssm.put('/team/services/shop/target-group', 'arn:tg');
  double.ssm.put('/teamwork/key-0', 'not ours');
  const { values, problem } = await readStoredSettings(testWorld(double), 'team');
  expect(problem).toBeUndefined();
  expect(values.size).toBe(26);
  expect(values.get('key-24')).toBe('value 24');
  expect(values.get('services/shop/target-group')).toBe('arn:tg');
  expect(double.calls('GetParametersByPath')).toHaveLength(3);
});

test('a missing permission is no failure yet', async () => {
  double.fault({ action: 'GetParametersByPath', times: 9, fault: { kind: 'access-denied' } });
  const { values, problem } = await readStoredSettings(testWorld(double), 'team');
  expect(values.size).toBe(0);
  expect(problem).toContain('AccessDeniedException: reading /team/ is not allowed');
});

test('an abort does not wait for an SSM that hangs', async () => {
  double.fault({ action: 'GetParametersByPath', times: 9, fault: { kind: 'hang' } });
  const world = testWorld(double);
  const reading = readStoredSettings(world, 'team');
  double.on('GetParametersByPath', () => world.controller.abort());
  await expect(reading).rejects.toMatchObject({ evidence: [expect.stringContaining('AbortError')] });
});

test('an SSM that fails is a failure of category aws', async () => {
  double.fault({ action: 'GetParametersByPath', times: 99, fault: { kind: 'server-error' } });
  const reading = readStoredSettings(testWorld(double), 'team');
  await expect(reading).rejects.toBeInstanceOf(Failure);
  await expect(reading).rejects.toMatchObject({
    category: 'aws',
    message: 'could not read the settings in SSM under /team/',
  });
});
