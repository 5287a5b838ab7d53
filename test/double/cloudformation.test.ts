import {
  CloudFormationClient,
  CreateChangeSetCommand,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  type Parameter,
} from '@aws-sdk/client-cloudformation';
import { type Double, startDouble } from './double.ts';

const TEMPLATE = `
Parameters: { Size: { Type: Number, Default: 1 } }
Resources:
  First: { Type: AWS::SNS::Topic, Properties: { Size: !Ref Size } }
  Second: { Type: AWS::SQS::Queue, DeletionPolicy: Retain, Properties: { Fixed: 1 } }
  Third: { Type: AWS::SQS::Queue, Properties: { Fixed: 1 } }
`;

let double: Double;
let client: CloudFormationClient;
beforeEach(async () => {
  double = await startDouble();
  client = new CloudFormationClient({
    endpoint: double.url,
    region: double.place.region,
    credentials: { accessKeyId: 'AKID', secretAccessKey: 'fake' },
    maxAttempts: 1,
  });
});
afterEach(async () => {
  client.destroy();
  await double.close();
});

let count = 0;
async function plan(type: 'CREATE' | 'UPDATE' | 'IMPORT', parameters: Record<string, string> = {}, body = TEMPLATE) {
  count += 1;
  const { Id } = await client.send(
    new CreateChangeSetCommand({
      StackName: 'shop',
      ChangeSetName: `change-${count}`,
      ChangeSetType: type,
      TemplateBody: body,
      Parameters: Object.entries(parameters).map(
        ([ParameterKey, ParameterValue]): Parameter => ({ ParameterKey, ParameterValue }),
      ),
    }),
  );
  return await client.send(new DescribeChangeSetCommand({ ChangeSetName: Id }));
}

const execute = (id: string | undefined) => client.send(new ExecuteChangeSetCommand({ ChangeSetName: id }));

async function stack(name = 'shop') {
  const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: name }));
  return Stacks[0];
}

async function history(): Promise<string[]> {
  const { StackEvents = [] } = await client.send(new DescribeStackEventsCommand({ StackName: 'shop' }));
  return StackEvents.map((one) => `${one.LogicalResourceId} ${one.ResourceStatus}`);
}

async function create(): Promise<void> {
  await execute((await plan('CREATE')).ChangeSetId);
  await double.clock.sleep(4_000);
}

test('a stack is created two resources at a time, and read by the page, the newest first', async () => {
  const planned = await plan('CREATE');
  expect(planned.Changes?.map(({ ResourceChange: one }) => `${one?.Action} ${one?.LogicalResourceId}`)).toEqual([
    'Add First',
    'Add Second',
    'Add Third',
  ]);
  expect((await stack())?.StackStatus).toBe('REVIEW_IN_PROGRESS');
  await execute(planned.ChangeSetId);
  expect((await stack())?.StackStatus).toBe('CREATE_IN_PROGRESS');
  await double.clock.sleep(2_000);
  expect(await history()).toEqual(expect.arrayContaining(['First CREATE_COMPLETE', 'Third CREATE_IN_PROGRESS']));
  await double.clock.sleep(2_000);
  expect((await stack())?.StackStatus).toBe('CREATE_COMPLETE');
  expect((await history())[0]).toBe('shop CREATE_COMPLETE');
});

test('an update changes what names the parameter; none is a failed change set', async () => {
  await create();
  const unchanged = await plan('UPDATE');
  expect(unchanged.Status).toBe('FAILED');
  expect(unchanged.StatusReason).toContain("didn't contain changes");
  double.cloudFormation.replaces('shop', 'First');
  const { Changes = [] } = await plan('UPDATE', { Size: '2' });
  expect(Changes.map(({ ResourceChange }) => ResourceChange)).toMatchObject([
    { Action: 'Modify', LogicalResourceId: 'First', Replacement: 'True', Details: [{ Target: { Name: 'Size' } }] },
  ]);
});

test('a failed creation goes back, its neighbour is cancelled, and the name stays taken', async () => {
  double.cloudFormation.script('shop', { fails: { resource: 'Second', reason: 'no room' } });
  await execute((await plan('CREATE')).ChangeSetId);
  await double.clock.sleep(10_000);
  expect((await stack())?.StackStatus).toBe('ROLLBACK_COMPLETE');
  const { StackEvents = [] } = await client.send(new DescribeStackEventsCommand({ StackName: 'shop' }));
  const failed = StackEvents.filter(({ ResourceStatus }) => ResourceStatus === 'CREATE_FAILED');
  expect(failed.map((one) => `${one.LogicalResourceId}: ${one.ResourceStatusReason}`)).toEqual([
    'First: Resource creation cancelled',
    'Second: no room',
  ]);
  await expect(plan('CREATE')).rejects.toMatchObject({ name: 'AlreadyExistsException' });
  await expect(plan('UPDATE')).rejects.toThrow('ROLLBACK_COMPLETE state and can not be updated');
});

test('a rollback that fails, and one that does not, leave what was before', async () => {
  await create();
  const fails = { resource: 'First', reason: 'refused' };
  double.cloudFormation.script('shop', { fails }, { fails, rollbackFails: { resource: 'First', reason: 'stuck' } });
  for (const status of ['UPDATE_ROLLBACK_COMPLETE', 'UPDATE_ROLLBACK_FAILED']) {
    await execute((await plan('UPDATE', { Size: '2' })).ChangeSetId);
    await double.clock.sleep(10_000);
    expect(await stack()).toMatchObject({ StackStatus: status, Parameters: [{ ParameterValue: '1' }] });
  }
});

test('a deleted stack is found by its id alone; what is retained is skipped; a failure stops it', async () => {
  await create();
  const id = (await stack())?.StackId;
  double.cloudFormation.script('shop', { fails: { resource: 'Third', reason: 'in use' } });
  await client.send(new DeleteStackCommand({ StackName: 'shop' }));
  await double.clock.sleep(10_000);
  expect((await stack())?.StackStatus).toBe('DELETE_FAILED');
  await client.send(new DeleteStackCommand({ StackName: 'shop' }));
  await double.clock.sleep(10_000);
  await expect(stack()).rejects.toThrow('Stack with id shop does not exist');
  expect((await stack(id))?.StackStatus).toBe('DELETE_COMPLETE');
  expect(double.cloudFormation.stacks[0]?.events.map(({ id, status }) => `${id} ${status}`)).toContain(
    'Second DELETE_SKIPPED',
  );
});

for (const [name, act, message] of [
  ['an unknown parameter', () => plan('CREATE', { Colour: 'red' }), 'Parameters: [Colour] do not exist'],
  ['a missing one', () => plan('CREATE', {}, TEMPLATE.replace(', Default: 1', '')), '[Size] must have values'],
  ['a template that is too long', () => plan('CREATE', {}, `# ${'x'.repeat(51_200)}${TEMPLATE}`), '51200'],
  ['an update of nothing', () => plan('UPDATE'), 'does not exist'],
] as const)
  test(`refused: ${name}`, async () => {
    await expect(act()).rejects.toThrow(message);
  });
