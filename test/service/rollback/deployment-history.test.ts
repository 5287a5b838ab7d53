import {
  choosePrevious,
  type DeploymentHistory,
  isRollbackTarget,
  namedRevision,
  rollbackStack,
} from '../../../helper/src/service/rollback/deployment-history.ts';

for (const [name, succeeded, stack] of [
  ['one after the other', ['1', '2', '3'], ['1', '2', '3']],
  ['going back takes the later ones off', ['1', '2', '3', '2'], ['1', '2']],
  ['a new deployment after going back', ['1', '2', '3', '2', '4'], ['1', '2', '4']],
  ['going forward again by hand', ['1', '2', '3', '2', '3'], ['1', '2', '3']],
  ['deployed again, unchanged', ['1', '2', '2'], ['1', '2']],
  ['nothing', [], []],
] as const) {
  test(`the revisions to go back to: ${name}`, () => expect(rollbackStack(succeeded)).toEqual(stack));
}

/** A history from `3 S,2 S`: pairs of revision and status, oldest first. */
function history(past: string, present: string, isCompleted: boolean): DeploymentHistory {
  const all = past.split(',').flatMap((one) => {
    const [revision = '', status = ''] = one.trim().split(' ');
    const long = {
      S: 'SUCCESSFUL',
      R: 'ROLLBACK_SUCCESSFUL',
      P: 'IN_PROGRESS',
      B: 'ROLLBACK_IN_PROGRESS',
      X: 'STOPPED',
    };
    return revision === '' ? [] : [{ revision, status: new Map(Object.entries(long)).get(status) ?? status }];
  });
  const succeeded = all.filter(({ status }) => status === 'SUCCESSFUL').map(({ revision }) => revision);
  return { present, isCompleted, succeeded, last: all.at(-1) };
}

for (const [name, past, present, settled, kind, revision] of [
  ['the one before', '1 S,2 S', '2', true, 'go', '1'],
  ['a failed one is passed over, although its number is the next lower one', '1 S,2 R,3 S', '3', true, 'go', '1'],
  ['a stopped one is passed over, too', '1 S,2 X,3 S', '3', true, 'go', '1'],
  ['after going back: further back, never forward', '1 S,2 S,3 S,2 S', '2', true, 'go', '1'],
  [
    'after a rollback and a new deployment: not the revision that was left',
    '1 S,2 S,3 S,2 S,4 S',
    '4',
    true,
    'go',
    '2',
  ],
  ['ECS went back already', '1 S,2 S,3 R', '2', true, 'stay', '2'],
  ['ECS is going back', '1 S,2 S,3 B', '2', false, 'stay', '2'],
  ['ECS went back, and shows no earlier deployment', '3 R', '2', true, 'stay', '2'],
  ['a deployment is under way', '1 S,2 S,3 P', '3', false, 'go', '2'],
  ['a deployment failed and was left as it is', '1 S,2 S,3 X', '3', false, 'go', '2'],
  ['the present revision is being deployed again', '1 S,2 S,2 P', '2', false, 'go', '1'],
  ['a rollback that failed: going back is still wanted', '1 S,2 S,1 R', '2', true, 'go', '1'],
  ['only one deployment', '1 S', '1', true, 'none', '1'],
  ['none that succeeded', '1 P', '1', false, 'none', '1'],
  ['no history at all', '', '7', true, 'none', '7'],
  ['ECS no longer shows a deployment of the present one', '', '7', false, 'none', '7'],
] as const) {
  test(`previous: ${name}`, () => {
    expect(choosePrevious(history(past, present, settled))).toMatchObject({ kind, revision });
  });
}

test('the values that rollbackTo takes', () => {
  const arn = 'arn:aws:ecs:ap-southeast-2:172173733067:task-definition/shop:41';
  expect(['previous', '41', 'shop:41', arn].filter(isRollbackTarget)).toHaveLength(4);
  expect(
    ['', 'Previous', 'shop', 'shop:', ':41', '-1', 'v41', 'shop:41:2', arn.slice(0, -3)].filter(isRollbackTarget),
  ).toEqual([]);
  expect(['41', 'shop:41', arn].map((text) => namedRevision(text, 'shop'))).toEqual(['shop:41', 'shop:41', 'shop:41']);
});
