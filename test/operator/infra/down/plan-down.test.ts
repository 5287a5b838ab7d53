import { planDown } from '../../../../helper/src/operator/infra/down/plan-down.ts';
import { EVERYTHING, inventory, observedStack } from '../../../support/infra-inventory.ts';

const shop = observedStack('service-shop', 'CREATE_COMPLETE');
const api = observedStack('service-api', 'CREATE_COMPLETE');

for (const [name, there, deleteData, steps] of [
  ['nothing', inventory([]), false, ''],
  [
    'all, the newest first; the data is noted before anything goes',
    inventory([shop, ...EVERYTHING, api]),
    false,
    'note-kept, delete-services, service-api, service-shop, jenkins, stop-tasks, builder, network',
  ],
  [
    'with the data',
    inventory(EVERYTHING),
    true,
    'note-kept, delete-services, jenkins, stop-tasks, builder, network, delete-data',
  ],
  ['the data that an earlier one kept', inventory([], { bucket: 'contexts' }), true, 'note-kept, delete-data'],
  [
    'the rest of a failed one',
    inventory([observedStack('network', 'DELETE_FAILED')], { fileSystem: 'fs-1' }),
    false,
    'note-kept, network',
  ],
] as const)
  test(`down: ${name}`, () => {
    const words = planDown('ci', there, deleteData).map((step) =>
      step.action === 'delete-stack' ? step.stack.name.slice(3) : step.action,
    );
    expect(words.join(', ')).toBe(steps);
  });

test('down leaves the service of Jenkins to its stack, and notes what stays', () => {
  const steps = planDown('ci', inventory(EVERYTHING), false);
  expect(steps).toContainEqual({ action: 'delete-services', cluster: 'ci', except: 'jenkins' });
  expect(steps[0]).toEqual({ action: 'note-kept', kept: { bucket: 'contexts', fileSystem: 'fs-1' } });
});
