import { firstCause, type StackEvent, StackHistory } from '../../../helper/src/operator/stack/stack-history.ts';

let count = 0;
function event(id: string, status: string, at: number, reason = ''): StackEvent {
  count += 1;
  return { eventId: `e${count}`, id, type: 'AWS::ECS::Cluster', status, reason, at, ofStack: id === 'stack' };
}

test('each event is reported once, with the time since its resource was started', () => {
  const history = new StackHistory();
  const old = event('Cluster', 'CREATE_COMPLETE', 1);
  history.skip([old]);
  const begun = event('Cluster', 'UPDATE_IN_PROGRESS', 1_000);
  expect(history.add([old, event('stack', 'UPDATE_IN_PROGRESS', 900), begun])).toEqual([]);
  expect(history.underWay).toEqual(['Cluster']);
  const ended = event('Cluster', 'UPDATE_COMPLETE', 4_000);
  expect(history.add([begun, ended])).toEqual([
    { id: 'Cluster', kind: 'AWS::ECS::Cluster', outcome: 'updated', ms: 3_000, reason: '' },
  ]);
  expect(history.add([ended])).toEqual([]);
  expect(history.underWay).toEqual([]);
});

for (const [name, events, cause] of [
  ['nothing failed', [event('A', 'CREATE_COMPLETE', 1)], undefined],
  [
    'the one that was cancelled comes first',
    [
      event('A', 'CREATE_FAILED', 1, 'Resource creation cancelled'),
      event('B', 'CREATE_FAILED', 1, 'no such role'),
      event('stack', 'ROLLBACK_IN_PROGRESS', 2, 'The following resource(s) failed to create: [A, B].'),
    ],
    'B',
  ],
  ['the first of two', [event('A', 'UPDATE_FAILED', 1, 'first'), event('B', 'UPDATE_FAILED', 2, 'second')], 'A'],
  ['a failure before any resource', [event('stack', 'ROLLBACK_IN_PROGRESS', 1, 'Template validation error')], 'stack'],
] as const)
  test(`the first cause: ${name}`, () => {
    expect(firstCause(events)?.id).toBe(cause);
  });
