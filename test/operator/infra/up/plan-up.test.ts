import {
  type Inventory,
  type KeptData,
  planDown,
  planUp,
  type UpTarget,
} from '../../../../helper/src/operator/infra/up/plan-up.ts';
import type { ObservedStack } from '../../../../helper/src/operator/stack/stacks.ts';

const NOTHING_KEPT: KeptData = { bucket: undefined, fileSystem: undefined };

function stack(name: string, status: string, outputs: Record<string, string> = {}): ObservedStack {
  return { name: `ci-${name}`, id: `arn:${name}`, status, reason: '', parameters: {}, outputs, changed: 0 };
}

const present = (stacks: readonly ObservedStack[], kept: Partial<KeptData> = {}): Inventory => ({
  stacks: new Map(stacks.map((one) => [one.name, one])),
  kept: { ...NOTHING_KEPT, ...kept },
});

const ALL: UpTarget = { prefix: 'ci', only: undefined, ownVpc: false, ownImage: false };
const standing = [
  stack('network', 'CREATE_COMPLETE'),
  stack('builder', 'UPDATE_COMPLETE', { Bucket: 'contexts', Cluster: 'ci' }),
  stack('jenkins', 'UPDATE_ROLLBACK_COMPLETE', { FileSystemId: 'fs-1', ServiceName: 'jenkins' }),
];

for (const [name, target, there, steps] of [
  ['an empty account', ALL, present([]), 'create network, create builder, image, create jenkins'],
  ['the builder alone', { ...ALL, only: 'builder' }, present([]), 'create network, create builder'],
  ['a VPC of the operator', { ...ALL, ownVpc: true }, present([]), 'create builder, image, create jenkins'],
  [
    'a VPC that was given once stays',
    ALL,
    present([stack('builder', 'CREATE_COMPLETE')]),
    'update builder, image, create jenkins',
  ],
  [
    "a failed builder's VPC counts for nothing",
    { ...ALL, only: 'builder' },
    present([stack('builder', 'ROLLBACK_COMPLETE')]),
    'create network, clear builder, create builder',
  ],
  [
    'an image of the operator',
    { ...ALL, ownImage: true },
    present(standing),
    'update network, update builder, update jenkins',
  ],
  ['everything is there', ALL, present(standing), 'update network, update builder, image, update jenkins'],
  [
    'what was kept',
    ALL,
    present([], { bucket: 'contexts', fileSystem: 'fs-1' }),
    'create network, take-back builder, create builder, image, take-back jenkins, create jenkins',
  ],
  [
    'what was kept, and a change set that was never executed',
    { ...ALL, only: 'builder' },
    present([stack('builder', 'REVIEW_IN_PROGRESS')], { bucket: 'contexts' }),
    'create network, take-back builder, create builder',
  ],
  [
    'somebody changes the network',
    { ...ALL, only: 'builder' },
    present([stack('network', 'UPDATE_IN_PROGRESS')]),
    'wait network, update network, create builder',
  ],
  [
    'a rollback that failed',
    { ...ALL, only: 'builder' },
    present([stack('network', 'CREATE_COMPLETE'), stack('builder', 'UPDATE_ROLLBACK_FAILED')]),
    'update network, stuck builder',
  ],
  [
    'a deletion that failed',
    { ...ALL, only: 'builder' },
    present([stack('network', 'DELETE_FAILED')]),
    'clear network, create network, create builder',
  ],
] as const)
  test(`up: ${name}`, () => {
    const words = planUp(target, there).map((step) =>
      'stack' in step ? `${step.do} ${step.stack.slice(3)}` : step.do,
    );
    expect(words.join(', ')).toBe(steps);
  });

const shop = stack('service-shop', 'CREATE_COMPLETE');
const api = stack('service-api', 'CREATE_COMPLETE');

for (const [name, there, deleteData, steps] of [
  ['nothing', present([]), false, ''],
  [
    'all, the newest first; the data is noted before anything goes',
    present([shop, ...standing, api]),
    false,
    'note-kept, delete-services, service-api, service-shop, jenkins, stop-tasks, builder, network',
  ],
  [
    'with the data',
    present(standing),
    true,
    'note-kept, delete-services, jenkins, stop-tasks, builder, network, delete-data',
  ],
  ['the data that an earlier one kept', present([], { bucket: 'contexts' }), true, 'note-kept, delete-data'],
  [
    'the rest of a failed one',
    present([stack('network', 'DELETE_FAILED')], { fileSystem: 'fs-1' }),
    false,
    'note-kept, network',
  ],
] as const)
  test(`down: ${name}`, () => {
    const words = planDown('ci', there, deleteData).map((step) =>
      step.do === 'delete-stack' ? step.stack.name.slice(3) : step.do,
    );
    expect(words.join(', ')).toBe(steps);
  });

test('down spares the service of Jenkins, which goes with its stack, and knows what stays', () => {
  const steps = planDown('ci', present(standing), false);
  expect(steps).toContainEqual({ do: 'delete-services', cluster: 'ci', but: 'jenkins' });
  expect(steps[0]).toEqual({ do: 'note-kept', kept: { bucket: 'contexts', fileSystem: 'fs-1' } });
});
