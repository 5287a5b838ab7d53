import { readdirSync, readFileSync } from 'node:fs';
import { Deployed } from './deployed.ts';
import { at, readTemplate, valuesOfList } from './template.ts';

/** IAM's name for the services behind the SDK's clients. */
const SERVICES: Readonly<Record<string, string>> = {
  'cloudwatch-logs': 'logs',
  ecr: 'ecr',
  ecs: 'ecs',
  'elastic-load-balancing-v2': 'elasticloadbalancing',
  s3: 's3',
  'secrets-manager': 'secretsmanager',
  ssm: 'ssm',
};

/** S3 calls whose permissions have other names, see "Required permissions for Amazon S3 API operations". */
const S3_PERMISSIONS: Readonly<Record<string, readonly string[]>> = {
  's3:HeadObject': ['s3:GetObject'],
  's3:CreateMultipartUpload': ['s3:PutObject'],
  's3:ListMultipartUploads': ['s3:ListBucketMultipartUploads'],
  's3:ListParts': ['s3:ListMultipartUploadParts'],
  's3:UploadPart': ['s3:PutObject'],
  's3:UploadPartCopy': ['s3:GetObject', 's3:PutObject'],
  's3:CompleteMultipartUpload': ['s3:PutObject'],
  's3:CopyObject': ['s3:GetObject', 's3:PutObject'],
};

/**
 * The permissions that the steps' sources need: the commands that they import, and EC2's one query. What operators call
 * (operator/) they call with rights of their own.
 */
function needed(): Set<string> {
  const files = readdirSync('helper/src', { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.startsWith('operator'),
  );
  const found = new Set<string>();
  for (const file of files) {
    const source = readFileSync(`helper/src/${file}`, 'utf8');
    for (const [, names = '', client = ''] of source.matchAll(
      /import \{([^}]*)\} from '@aws-sdk\/client-([a-z0-9-]+)'/g,
    )) {
      for (const [, command = '', paged = ''] of names.matchAll(/\b(?:(\w+)Command|paginate(\w+))\b/g)) {
        const action = `${SERVICES[client] ?? client}:${command || paged}`;
        for (const permission of S3_PERMISSIONS[action] ?? [action]) found.add(permission);
      }
    }
    for (const [, names = ''] of source.matchAll(/import \{([^}]*)\} from '[^']*\/ec2-commands\.ts'/g)) {
      for (const [, command = ''] of names.matchAll(/\b(\w+)Command\b/g)) found.add(`ec2:${command}`);
    }
  }
  return found;
}

const stack = new Deployed(readTemplate('infrastructure/builder.yaml'), { VpcId: 'vpc-1', Subnets: 'subnet-1' });
const granted = new Set(
  valuesOfList(at(stack.properties('CallerPolicy'), 'PolicyDocument', 'Statement'))
    .flatMap((statement) => valuesOfList(at(statement, 'Action')))
    .map(String),
);

test('the caller policy grants each call that the helper makes', () => {
  const calls = [...needed()];
  expect(calls).toContain('ecs:UpdateService');
  expect(calls.filter((call) => !granted.has(call))).toEqual([]);
});

test('it grants no more', () => {
  const implied = new Set([
    'iam:PassRole', // with RegisterTaskDefinition
    's3:GetObject', // to go on from an earlier context
    's3:DeleteObject', // to take back a context
  ]);
  const calls = needed();
  expect([...granted].filter((action) => !calls.has(action) && !implied.has(action))).toEqual([]);
});
