import { ACCOUNT, deployed, stack } from './jenkins.ts';
import { granted } from './policy.ts';
import { at, block, valuesOfList } from './template.ts';

describe('JENKINS_HOME', () => {
  test('is encrypted, backed up, and does not run dry', () => {
    expect(stack.properties('FileSystem')).toMatchObject({
      Encrypted: true,
      ThroughputMode: 'elastic',
      PerformanceMode: 'generalPurpose',
      BackupPolicy: { Status: 'ENABLED' },
      // A person finds the file system again by this tag (docs/jenkins-on-fargate.md).
      FileSystemTags: [{ Key: 'Name', Value: 'fargate-ci-jenkins' }],
    });
  });

  test('stays when the stack goes', () => {
    const { DeletionPolicy, UpdateReplacePolicy } = block(stack.resources.get('FileSystem'));
    expect([DeletionPolicy, UpdateReplacePolicy]).toEqual(['RetainExceptOnCreate', 'Retain']);
  });

  test('no way in without TLS, without an access point, or as root; no role is named that could be made anew', () => {
    const denied = valuesOfList(at(stack.properties('FileSystem'), 'FileSystemPolicy', 'Statement'));
    expect(denied).toEqual([
      {
        Sid: 'TlsOnly',
        Effect: 'Deny',
        Principal: { AWS: '*' },
        Action: [
          'elasticfilesystem:ClientMount',
          'elasticfilesystem:ClientWrite',
          'elasticfilesystem:ClientRootAccess',
        ],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
      {
        Sid: 'AccessPointsOnly',
        Effect: 'Deny',
        Principal: { AWS: '*' },
        Action: ['elasticfilesystem:ClientMount', 'elasticfilesystem:ClientWrite'],
        Condition: { Null: { 'elasticfilesystem:AccessPointArn': 'true' } },
      },
      {
        Sid: 'NoRoot',
        Effect: 'Deny',
        Principal: { AWS: '*' },
        Action: 'elasticfilesystem:ClientRootAccess',
      },
    ]);
  });

  test('belongs to the user of the image, by an access point', () => {
    expect(stack.properties('AccessPoint')).toMatchObject({
      FileSystemId: '<FileSystem>',
      PosixUser: { Uid: '1000', Gid: '1000' },
      RootDirectory: {
        Path: '/jenkins_home',
        CreationInfo: { OwnerUid: '1000', OwnerGid: '1000', Permissions: '0755' },
      },
    });
  });

  test('is reached from both subnets, by the controller only', () => {
    const targets = [...stack.ofType('AWS::EFS::MountTarget').values()].map((one) => one.Properties);
    expect(targets).toEqual(
      ['subnet-1', 'subnet-2'].map((SubnetId) => ({
        FileSystemId: '<FileSystem>',
        SubnetId,
        SecurityGroups: ['<FileSystemSecurityGroup.GroupId>'],
      })),
    );
  });

  test('is mounted encrypted, by IAM', () => {
    expect(stack.properties('ControllerTask').Volumes).toEqual([
      {
        Name: 'jenkins-home',
        EFSVolumeConfiguration: {
          FilesystemId: '<FileSystem>',
          TransitEncryption: 'ENABLED',
          AuthorizationConfig: { AccessPointId: '<AccessPoint>', IAM: 'ENABLED' },
        },
      },
    ]);
    expect(at(stack.properties('ControllerTask'), 'ContainerDefinitions', 0, 'MountPoints')).toEqual([
      { SourceVolume: 'jenkins-home', ContainerPath: '/var/jenkins_home', ReadOnly: false },
    ]);
  });

  test('an earlier one is taken back, everywhere', () => {
    const back = deployed({ FileSystemId: 'fs-0123456789abcdef0' });
    expect(back.ofType('AWS::EFS::FileSystem').size).toBe(0);
    expect(JSON.stringify([...back.resources])).not.toContain('<FileSystem>');
    expect(back.properties('AccessPoint').FileSystemId).toBe('fs-0123456789abcdef0');
    expect(granted(back).find(({ sid }) => sid === 'MountHome')?.resources).toEqual([
      `arn:aws:elasticfilesystem:${ACCOUNT}:file-system/fs-0123456789abcdef0`,
    ]);
    expect(at(back.outputs, 'FileSystemId', 'Value')).toBe('fs-0123456789abcdef0');
  });
});
