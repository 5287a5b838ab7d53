import { GetParameterCommand, GetParametersByPathCommand, GetParametersCommand } from '@aws-sdk/client-ssm';
import { testAws } from '../support/world.ts';
import { type Double, startDouble } from './double.ts';

let double: Double;
let ssm: ReturnType<typeof testAws>['ssm'];
beforeEach(async () => {
  double = await startDouble();
  ssm = testAws(double).ssm;
});
afterEach(() => double.close());

test('parameters by path come ten a page, deeper ones only with Recursive', async () => {
  for (let i = 10; i < 25; i++) double.ssm.put(`/ci/p${i}`, `${i}`);
  double.ssm.put('/ci/services/web/role', 'deep');
  double.ssm.put('/cinema', 'another path');
  const pages: (string | undefined)[][] = [];
  let NextToken: string | undefined;
  do {
    const answer = await ssm.send(new GetParametersByPathCommand({ Path: '/ci', Recursive: true, NextToken }));
    pages.push((answer.Parameters ?? []).map((one) => one.Value));
    NextToken = answer.NextToken;
  } while (NextToken);
  expect(pages.map((page) => page.length)).toEqual([10, 6]);
  expect(pages[1]?.at(-1)).toBe('deep');
  const eleven = ssm.send(new GetParametersByPathCommand({ Path: '/ci', MaxResults: 11 }));
  await expect(eleven).rejects.toMatchObject({ name: 'ValidationException' });
  const flat = await ssm.send(new GetParametersByPathCommand({ Path: '/ci/', NextToken: '10' }));
  expect(flat.Parameters).toHaveLength(5);
});

test('a SecureString is readable with decryption only', async () => {
  double.ssm.put('/ci/token', 's3cret', 'SecureString');
  const read = async (WithDecryption: boolean) =>
    (await ssm.send(new GetParameterCommand({ Name: '/ci/token', WithDecryption }))).Parameter?.Value;
  expect(await read(true)).toBe('s3cret');
  expect(await read(false)).not.toContain('s3cret');
});

test('unknown parameters are named', async () => {
  await expect(ssm.send(new GetParameterCommand({ Name: '/no' }))).rejects.toMatchObject({ name: 'ParameterNotFound' });
  const { InvalidParameters } = await ssm.send(new GetParametersCommand({ Names: ['/no'] }));
  expect(InvalidParameters).toEqual(['/no']);
});
