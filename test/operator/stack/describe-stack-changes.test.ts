import {
  describeStackChange,
  describeStackChanges,
  endangersData,
  type StackChange,
} from '../../../helper/src/operator/stack/describe-stack-changes.ts';

const change = (action: string, type: string, more: Partial<StackChange> = {}): StackChange => ({
  action,
  id: 'It',
  type,
  replacement: '',
  policy: '',
  properties: [],
  ...more,
});

const EFS = 'AWS::EFS::FileSystem';

for (const [name, one, words, danger] of [
  ['new', change('Add', EFS), 'create   It (EFS FileSystem)', false],
  [
    'changed',
    change('Modify', EFS, { replacement: 'False', properties: ['Encrypted'] }),
    'change   It (EFS FileSystem): Encrypted',
    false,
  ],
  [
    'replaced',
    change('Modify', EFS, { replacement: 'True', properties: ['Encrypted'] }),
    'replace  It (EFS FileSystem): Encrypted  HOLDS DATA: the file system of Jenkins: jobs, builds, credentials',
    true,
  ],
  [
    'perhaps replaced',
    change('Modify', 'AWS::S3::Bucket', { replacement: 'Conditional' }),
    'change   It (S3 Bucket), perhaps by replacing it  HOLDS DATA: the bucket of build contexts',
    true,
  ],
  [
    'deleted',
    change('Remove', 'AWS::ECR::Repository'),
    'delete   It (ECR Repository)  HOLDS DATA: a repository of images',
    true,
  ],
  [
    'let go',
    change('Remove', EFS, { policy: 'Retain' }),
    'let go   It (EFS FileSystem), which stays  HOLDS DATA: the file system of Jenkins: jobs, builds, credentials',
    true,
  ],
  [
    'replaced, without data',
    change('Modify', 'AWS::ECS::TaskDefinition', { replacement: 'True' }),
    'replace  It (ECS TaskDefinition)',
    false,
  ],
  ['imported', change('Import', 'AWS::S3::Bucket'), 'take     It (S3 Bucket) back', false],
] as const)
  test(`a change in words: ${name}`, () => {
    expect(describeStackChange(one)).toBe(words);
    expect(endangersData(one)).toBe(danger);
  });

test('removals come first, new resources are counted', () => {
  const lines = describeStackChanges([
    change('Add', 'AWS::SSM::Parameter'),
    change('Modify', 'AWS::ECS::Service', { replacement: 'False' }),
    change('Add', 'AWS::SSM::Parameter'),
    change('Remove', 'AWS::IAM::Role'),
  ]);
  expect(lines).toEqual(['delete   It (IAM Role)', 'change   It (ECS Service)', 'create   2 x SSM Parameter']);
});
