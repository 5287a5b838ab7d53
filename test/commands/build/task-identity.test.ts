import { CALL_VARIABLE, clientToken, startedBy } from '../../../helper/src/commands/build/task-identity.ts';
import { request } from '../../support/task-scene.ts';

const jenkins = { JENKINS_URL: 'https://jenkins.example.com/', JOB_NAME: 'acme/shop/main', BUILD_NUMBER: '7' };
const { clientToken: _, logs: __, ...asked } = request;

describe('the client token', () => {
  const token = clientToken(jenkins, 0, asked);

  test('is valid for ECS', () => expect(token).toMatch(/^[0-9a-f]{64}$/));

  test('is the same for the same request of the same build in every call', () => {
    const again = { ...asked, environment: { ...asked.environment, [CALL_VARIABLE]: 'another' } };
    expect(clientToken(jenkins, 0, again)).toBe(token);
  });

  test.each([
    ['build', { ...jenkins, BUILD_NUMBER: '8' }, asked],
    ['job', { ...jenkins, JOB_NAME: 'acme/shop/other' }, asked],
    ['Jenkins', { ...jenkins, JENKINS_URL: 'https://ci.example.com/' }, asked],
    ['command', jenkins, { ...asked, command: ['--force', '--target=other'] }],
    ['size', jenkins, { ...asked, memory: 16_384 }],
    ['variable', jenkins, { ...asked, environment: { GOMEMLIMIT: '1MiB' } }],
    ['task definition', jenkins, { ...asked, taskDefinition: 'fargate-ci-kaniko:2' }],
  ])('is another for another %s', (_name, env, other) => expect(clientToken(env, 0, other)).not.toBe(token));

  test('differs for an equal call that runs at the same time', () => {
    expect(clientToken(jenkins, 1, asked)).not.toBe(token);
  });

  test('is random outside of Jenkins', () => {
    for (const env of [{}, { JOB_NAME: 'shop' }, { BUILD_NUMBER: '7' }])
      expect(clientToken(env, 0, asked)).not.toBe(clientToken(env, 0, asked));
  });
});

describe('startedBy', () => {
  const long = `acme/${'x'.repeat(150)}`;

  test.each([
    [{}, 'fargate-ci/cli'],
    [jenkins, 'fargate-ci/acme/shop/main/7'],
  ])('of %j', (env, text) => expect(startedBy(env)).toBe(text));

  test.each([['acme shop/main'], ['acme/feature%2Flogin'], ['ä'], [long]])('%s has a hash and its number', (name) => {
    const text = startedBy({ ...jenkins, JOB_NAME: name, BUILD_NUMBER: '123456' });
    expect(text).toMatch(/^fargate-ci\/[A-Za-z0-9/_-]*-[0-9a-f]{10}\/123456$/);
    expect(text.length).toBeLessThanOrEqual(128);
  });

  test('jobs whose names become equal when cut or replaced differ by a hash', () => {
    const of = (name: string) => startedBy({ ...jenkins, JOB_NAME: name });
    expect(of('a b')).not.toBe(of('a-b'));
    expect(of('a b')).not.toBe(of('a%b'));
    expect(of(`${long}1`)).not.toBe(of(`${long}2`));
  });
});
