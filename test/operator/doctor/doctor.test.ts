import type { Double } from '../../double/double.ts';
import { healthyAccount, runDoctorOn, unhealthyChecks } from '../../support/doctor-scene.ts';

let double: Double;
beforeEach(async () => {
  double = await healthyAccount();
});
afterEach(() => double.close());

const READS = /^(Describe|Get|Head|Simulate|List)/;

test('all is well, and nothing was changed', async () => {
  const report = await runDoctorOn(double);
  expect(unhealthyChecks(report)).toEqual({});
  expect(report.exitStatus).toBe(0);
  expect(report.settings).toContainEqual({
    name: 'bucket',
    value: 'fargate-ci-contexts',
    origin: 'SSM /fargate-ci/bucket',
  });
  expect(double.requests.length).toBeGreaterThan(20);
  expect(double.requests.filter(({ action }) => !READS.test(action))).toEqual([]);
});

test('an abort ends the doctor', async () => {
  const controller = new AbortController();
  const reason = new Error('enough');
  double.on('GetParametersByPath', () => controller.abort(reason));
  await expect(runDoctorOn(double, { controller })).rejects.toBe(reason);
});
