import { type DeployScene, makeDeployScene, seedShop, shop } from '../../support/deploy-scene.ts';

let stage: DeployScene;
beforeEach(async () => {
  stage = await makeDeployScene();
});
afterEach(() => stage.double.close());

const image = shop('2');

for (const action of ['RegisterTaskDefinition', 'UpdateService']) {
  test(`the failure names the role that ${action} may not pass, and what to allow`, async () => {
    await seedShop(stage);
    const role = 'arn:aws:iam::172173733067:role/shop-task';
    const message = `User: arn:aws:iam::172173733067:role/ci is not authorized to perform: iam:PassRole on resource: ${role} because no identity-based policy allows the iam:PassRole action`;
    stage.double.fault({ action, times: 9, fault: { kind: 'access-denied', message } });
    const failure = await stage.fail({ image });
    expect(failure).toMatchObject({ category: 'aws', exitStatus: 30 });
    expect(failure.message).toContain(`the role ${role} may not be passed to ECS`);
    expect(failure.hint).toContain(`iam:PassRole on ${role}`);
  });
}

for (const [message, hint] of [
  ["ECS was unable to assume the role 'arn:aws:iam::1:role/x' that was provided for this task.", /trust policy/],
  ["The security group 'sg-1' does not exist", /evidence says what to mend/],
] as const) {
  test(`ECS refuses a value: ${message}`, async () => {
    const fault = { kind: 'error', code: 'InvalidParameterException', message } as const;
    stage.double.fault({ action: 'CreateService', times: 9, fault });
    const failure = await stage.fail({ image, port: 8080 });
    expect(failure.evidence[0]).toBe(`InvalidParameterException: ${message}`);
    expect(failure.hint).toMatch(hint);
  });
}

for (const [name, action] of [
  ['reading the revision', 'DescribeTaskDefinition'],
  ['registering', 'RegisterTaskDefinition'],
  ['updating', 'UpdateService'],
  ['reading the service', 'DescribeServices'],
] as const) {
  test(`${name} is refused: the failure names the call and the policy to attach`, async () => {
    await seedShop(stage);
    stage.double.fault({ action, times: 9_999, fault: { kind: 'access-denied' } });
    const failure = await stage.fail({ image });
    expect(failure).toMatchObject({ category: 'aws', exitStatus: 30 });
    expect(failure.evidence.join()).toContain(`ecs:${action}`);
    expect(failure.hint).toMatch(/caller policy/);
  });
}
