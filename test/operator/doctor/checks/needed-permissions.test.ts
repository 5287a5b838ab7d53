import { readdirSync, readFileSync } from 'node:fs';
import { NEEDED_PERMISSIONS } from '../../../../helper/src/operator/doctor/checks/needed-permissions.ts';
import { policyDecisions, policyVerdict } from '../../../../helper/src/operator/doctor/checks/simulate-policy.ts';
import { Deployed } from '../../../infrastructure/deployed.ts';
import { at, readTemplate, type Value, valuesOfList } from '../../../infrastructure/template.ts';

const stack = new Deployed(readTemplate('infrastructure/builder.yaml'), { VpcId: 'vpc-1', Subnets: 'subnet-1' });
const statements = valuesOfList(at(stack.properties('CallerPolicy'), 'PolicyDocument', 'Statement'));
const actionsOf = (statement: Value): string[] => valuesOfList(at(statement, 'Action')).map(String);

test('IAM is asked about the actions that the caller policy grants', () => {
  const granted = new Set(statements.flatMap(actionsOf));
  const asked = NEEDED_PERMISSIONS.flatMap(({ actions }) => actions);
  expect(new Set(asked).size).toBe(asked.length);
  expect([...asked].sort()).toEqual([...granted].sort());
});

const PLACE = {
  partition: 'aws',
  region: 'ap-southeast-2',
  account: '172173733067',
  prefix: 'fargate-ci',
  cluster: 'fargate-ci',
  bucket: 'contexts',
  builderFamily: 'fargate-ci-kaniko',
  buildLogGroup: '/fargate-ci/builds',
  namespace: 'fargate-ci',
  roles: ['arn:aws:iam::172173733067:role/fargate-ci/kaniko'],
};

test('the request has each condition key that the policy looks at', () => {
  for (const statement of statements) {
    const keys = Object.values(Object(at(statement, 'Condition'))).flatMap((test) => Object.keys(Object(test)));
    const permissions = NEEDED_PERMISSIONS.filter(({ actions }) =>
      actions.some((one) => actionsOf(statement).includes(one)),
    );
    for (const permission of permissions) {
      expect(Object.keys(permission.context?.(PLACE) ?? {})).toEqual(expect.arrayContaining(keys));
    }
  }
});

/** The policy's statements with PLACE filled in, so that its resources are ARNs like those of the questions. */
function placed(): Value[] {
  const text = JSON.stringify(statements)
    .replaceAll('<ContextBucket.Arn>', 'arn:aws:s3:::contexts')
    .replaceAll('<Cluster.Arn>', 'arn:aws:ecs:ap-southeast-2:111122223333:cluster/fargate-ci')
    .replaceAll('<Cluster>', 'fargate-ci')
    .replace(/<(\w+Role)\.Arn>/g, 'arn:aws:iam::111122223333:role/fargate-ci/$1');
  return JSON.parse(text);
}

/** IAM's wildcards. */
const matches = (pattern: string, text: string): boolean =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  ).test(text);

/** Whether a statement allows an action on a resource. It is enough if one of a condition's values is met. */
function allows(statement: Value, action: string, resource: string, context: Readonly<Record<string, string>>) {
  const conditions = Object.values(Object(at(statement, 'Condition') ?? {})).flatMap((test) =>
    Object.entries<Value>(Object(test)),
  );
  return (
    actionsOf(statement).includes(action) &&
    valuesOfList(at(statement, 'Resource')).some((pattern) => matches(String(pattern), resource)) &&
    conditions.every(([key, values]) => valuesOfList(values).some((one) => matches(String(one), context[key] ?? '')))
  );
}

test('the caller policy allows every needed permission', () => {
  const policy = placed();
  const roles = ['BuilderTaskRole', 'BuilderExecutionRole', 'AppExecutionRole', 'app/shop'];
  const place = {
    ...{ ...PLACE, account: '111122223333' },
    roles: roles.map((role) => `arn:aws:iam::111122223333:role/fargate-ci/${role}`),
  };
  const refused = NEEDED_PERMISSIONS.flatMap(({ actions, resources, context }) =>
    actions.flatMap((action) =>
      resources(place).flatMap((resource) =>
        policy.some((one) => allows(one, action, resource, context?.(place) ?? {})) ? [] : [`${action} on ${resource}`],
      ),
    ),
  );
  expect(refused).toEqual([]);
});

test('of several resources each decision counts, and the aggregate above them does not', () => {
  const result = {
    EvalActionName: 'iam:PassRole',
    EvalResourceName: 'arn:aws:iam::account:role/any',
    EvalDecision: 'allowed' as const,
    ResourceSpecificResults: [
      { EvalResourceName: 'role/a', EvalResourceDecision: 'implicitDeny' as const },
      { EvalResourceName: 'role/b', EvalResourceDecision: 'allowed' as const },
    ],
  };
  const decided = policyDecisions(result, ['role/a', 'role/b'], 'x').map(({ resource, verdict }) => [
    resource,
    verdict,
  ]);
  expect(decided).toEqual([
    ['role/a', 'denied'],
    ['role/b', 'allowed'],
  ]);
});

test('all resources are ARNs, or a star where an action has no resource', () => {
  for (const { resources } of NEEDED_PERMISSIONS) {
    expect(resources(PLACE).length).toBeGreaterThan(0);
    for (const one of resources(PLACE)) expect(one).toMatch(/^(\*|arn:aws:[a-z0-9]+:[a-z0-9-]*:\d*:\S+)$/);
  }
});

test.each([
  ['allowed', {}, 'allowed', ''],
  ['implicitDeny', {}, 'denied', 'no policy allows it'],
  ['explicitDeny', { MissingContextValues: ['aws:SourceIp'] }, 'denied', 'a policy denies it'],
  ['implicitDeny', { MissingContextValues: ['a', 'b'] }, 'unclear', 'depends on a, b'],
  ['implicitDeny', { OrganizationsDecisionDetail: { AllowedByOrganizations: true } }, 'denied', 'no policy allows it'],
] as const)('IAM says %s %j', (decision, reasons, verdict, why) => {
  const { MissingContextValues: missing, ...others } = { MissingContextValues: [], ...reasons };
  expect(policyVerdict(decision, { ...others, MissingContextValues: [...missing] })).toEqual({ verdict, why });
});

test('every call of the doctor only reads, and is named where it is refused', () => {
  const folder = 'helper/src/operator/doctor';
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const source = files.map((file) => readFileSync(`${folder}/${file}`, 'utf8')).join('\n');
  const sent = [...source.matchAll(/new (\w+)Command\(|\bpaginate(\w+)\(/g)].map(
    ([, command, paged]) => command ?? paged ?? '',
  );
  expect(sent.length).toBeGreaterThan(10);
  // The only action that is no read: it aborts an upload that does not exist.
  const changing = sent.filter((one) => !/^(Get|Describe|Head|List|Simulate)/.test(one));
  expect(changing).toEqual(['AbortMultipartUpload']);
  expect(source).toContain("UploadId: 'fargate-ci-doctor'");
  // The last three are actions of builds. The doctor tries them where its own reads are refused.
  const NEEDS_NONE = ['GetCallerIdentity', 'AbortMultipartUpload', 'ListTasks', 'GetLogEvents'];
  const NAMED_AS: Record<string, string> = { HeadBucket: 'ListBucket' };
  const named = (one: string): boolean => source.includes(`:${NAMED_AS[one] ?? one}'`);
  expect(sent.filter((one) => !NEEDS_NONE.includes(one) && !named(one))).toEqual([]);
});

test('the page lists all that the doctor reads beside the caller policy', () => {
  const folder = 'helper/src/operator/doctor';
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const source = files.map((file) => readFileSync(`${folder}/${file}`, 'utf8')).join('\n');
  const reads = [...source.matchAll(/reads: [^\n]*|\? \['[a-z0-9:A-Z]+'\]|: \['[a-z0-9:A-Z]+'\]/g)].flatMap(([line]) =>
    [...line.matchAll(/'([a-z0-9]+:\w+)'/g)].map(([, action = '']) => action),
  );
  const granted = new Set(statements.flatMap(actionsOf));
  const page = readFileSync('docs/doctor.md', 'utf8');
  const [, json = '{}'] = /```json\n([\s\S]*?)```/.exec(page) ?? [];
  const listed = valuesOfList(at(JSON.parse(json), 'Statement')).flatMap(actionsOf);
  expect(listed.sort()).toEqual([...new Set(reads)].filter((one) => !granted.has(one)).sort());
});
