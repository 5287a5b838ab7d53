import { sameDefinition } from '../../helper/src/ecs/canonical-definition.ts';
import { toRegistrable } from '../../helper/src/ecs/registrable-definition.ts';
import { definition } from '../support/wanted-services.ts';

test('fields that only AWS may set are not registered', () => {
  const registered = {
    ...definition(),
    taskDefinitionArn: 'arn:aws:ecs:x:1:task-definition/fargate-ci-shop:7',
    revision: 7,
    status: 'ACTIVE' as const,
    requiresAttributes: [{ name: 'x' }],
    compatibilities: ['FARGATE' as const],
    registeredAt: new Date(0),
    registeredBy: 'me',
  };
  expect(toRegistrable(registered)).toEqual(definition());
});

describe('a default that ECS writes into a definition is no difference, another value is', () => {
  const efs = (more: object) => ({
    volumes: [{ name: 'data', efsVolumeConfiguration: { fileSystemId: 'fs-0a1b2c3d', ...more } }],
  });
  const volume = (more: object) => ({ volumes: [{ name: 'data', ...more }] });
  const inContainer = (more: object) => ({ containerDefinitions: [{ name: 'shop', image: 'x', ...more }] });
  const router = (more: object) => inContainer({ firelensConfiguration: { type: 'fluentbit' }, ...more });
  const linux = (more: object) => inContainer({ linuxParameters: { sharedMemorySize: 64, ...more } });
  const check = (more: object) => inContainer({ healthCheck: { command: ['CMD', 'true'], ...more } });
  const restart = (more: object) => inContainer({ restartPolicy: { enabled: true, ...more } });
  for (const [make, written, other] of [
    [efs, { rootDirectory: '/' }, { rootDirectory: '/data' }],
    [efs, { transitEncryption: 'DISABLED' }, { transitEncryption: 'ENABLED' }],
    [efs, { authorizationConfig: { iam: 'DISABLED' } }, { authorizationConfig: { iam: 'ENABLED' } }],
    [volume, { host: {} }, { host: { sourcePath: '/data' } }],
    [volume, { configuredAtLaunch: false }, { configuredAtLaunch: true }],
    [inContainer, { readonlyRootFilesystem: false }, { readonlyRootFilesystem: true }],
    [inContainer, { privileged: false, interactive: false, pseudoTerminal: false }, { interactive: true }],
    [inContainer, { versionConsistency: 'enabled' }, { versionConsistency: 'disabled' }],
    [
      inContainer,
      { dnsServers: [], dockerLabels: {}, dependsOn: [], command: [], extraHosts: [] },
      { dnsServers: ['10.0.0.2'] },
    ],
    [linux, { initProcessEnabled: false, devices: [], tmpfs: [] }, { initProcessEnabled: true }],
    [check, { interval: 30, timeout: 5, retries: 3, startPeriod: 0 }, { startPeriod: 10 }],
    [restart, { restartAttemptPeriod: 300, ignoredExitCodes: [] }, { restartAttemptPeriod: 60 }],
    [router, { user: '0' }, { user: '1000' }],
  ] satisfies [(more: object) => object, object, object][]) {
    test(JSON.stringify(written), () => {
      const plain = Object.assign(definition(), make({}));
      expect(sameDefinition(Object.assign(definition(), make(written)), plain)).toBe(true);
      expect(sameDefinition(Object.assign(definition(), make(other)), plain)).toBe(false);
    });
  }

  test('the user 0 of a container that is no log router is a difference', () => {
    const root = Object.assign(definition(), inContainer({ user: '0' }));
    expect(sameDefinition(root, Object.assign(definition(), inContainer({})))).toBe(false);
  });

  test('defaults of mounts and port mappings are no difference', () => {
    const of = (mount: object, mapping: object) =>
      Object.assign(
        definition(),
        inContainer({
          mountPoints: [{ sourceVolume: 'data', containerPath: '/data', ...mount }],
          portMappings: [{ containerPort: 80, ...mapping }],
        }),
      );
    expect(sameDefinition(of({ readOnly: false }, { hostPort: 80, protocol: 'tcp' }), of({}, {}))).toBe(true);
    expect(sameDefinition(of({ readOnly: true }, {}), of({}, {}))).toBe(false);
    expect(sameDefinition(of({}, { protocol: 'udp' }), of({}, {}))).toBe(false);
  });
});
