import { circles } from './import-graph.ts';

test('a circle is told with its way back; two ways to one file are none', () => {
  const graph = new Map([
    ['start', ['left', 'right']],
    ['left', ['end']],
    ['right', ['end', 'start']],
    ['end', []],
  ]);
  expect(circles(graph)).toEqual(['start -> right -> start']);
});
