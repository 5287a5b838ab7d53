import { planUp, type UpTarget } from '../../../../helper/src/operator/infra/up/plan-up.ts';
import { EVERYTHING, inventory, observedStack } from '../../../support/infra-inventory.ts';

const ALL: UpTarget = { prefix: 'ci', only: undefined, ownVpc: false, ownImage: false };

for (const [name, target, there, steps] of [
  ['an empty account', ALL, inventory([]), 'create network, create builder, image, create jenkins'],
  ['the builder alone', { ...ALL, only: 'builder' }, inventory([]), 'create network, create builder'],
  ['a VPC of the operator', { ...ALL, ownVpc: true }, inventory([]), 'create builder, image, create jenkins'],
  [
    'a VPC that was given once stays',
    ALL,
    inventory([observedStack('builder', 'CREATE_COMPLETE')]),
    'update builder, image, create jenkins',
  ],
  [
    "a failed builder's VPC counts for nothing",
    { ...ALL, only: 'builder' },
    inventory([observedStack('builder', 'ROLLBACK_COMPLETE')]),
    'create network, clear builder, create builder',
  ],
  [
    'an image of the operator',
    { ...ALL, ownImage: true },
    inventory(EVERYTHING),
    'update network, update builder, update jenkins',
  ],
  ['everything is there', ALL, inventory(EVERYTHING), 'update network, update builder, image, update jenkins'],
  [
    'what was kept',
    ALL,
    inventory([], { bucket: 'contexts', fileSystem: 'fs-1' }),
    'create network, take-back builder, create builder, image, take-back jenkins, create jenkins',
  ],
  [
    'what was kept, and a change set that was never executed',
    { ...ALL, only: 'builder' },
    inventory([observedStack('builder', 'REVIEW_IN_PROGRESS')], { bucket: 'contexts' }),
    'create network, take-back builder, create builder',
  ],
  [
    'somebody changes the network',
    { ...ALL, only: 'builder' },
    inventory([observedStack('network', 'UPDATE_IN_PROGRESS')]),
    'wait network, update network, create builder',
  ],
  [
    'a rollback that failed',
    { ...ALL, only: 'builder' },
    inventory([observedStack('network', 'CREATE_COMPLETE'), observedStack('builder', 'UPDATE_ROLLBACK_FAILED')]),
    'update network, stuck builder',
  ],
  [
    'a deletion that failed',
    { ...ALL, only: 'builder' },
    inventory([observedStack('network', 'DELETE_FAILED')]),
    'clear network, create network, create builder',
  ],
] as const)
  test(`up: ${name}`, () => {
    const words = planUp(target, there).map((step) =>
      'stack' in step ? `${step.action} ${step.stack.slice(3)}` : step.action,
    );
    expect(words.join(', ')).toBe(steps);
  });
