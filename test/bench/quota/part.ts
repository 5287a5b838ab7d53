import type { Bench, Part } from '../bench.ts';
import { type Crowd, type Outcome, unleash } from './crowd.ts';

const MINUTE = 60_000;

/** The crowds that are measured: one run, some, and as many as a big company has on a Monday morning. */
function crowds(quick: boolean): Crowd[] {
  const [some, many, deployments] = quick ? [5, 20, 5] : [20, 200, 50];
  const build = { what: 'build', within: 0, reads: 25, running: 2 * MINUTE } as const;
  return [
    { ...build, runs: 1 },
    { ...build, runs: some },
    { ...build, runs: many, within: 5 * MINUTE },
    { ...build, runs: many },
    { ...build, runs: many, reads: 10 },
    { ...build, what: 'deploy', runs: deployments },
  ];
}

const nameOf = ({ what, runs, within, reads }: Crowd): string => {
  const things =
    runs === 1
      ? `1 ${what === 'build' ? 'build' : 'deployment'}`
      : `${runs} ${what === 'build' ? 'builds' : 'deployments'}`;
  const when = runs === 1 ? '' : within === 0 ? ' at once' : ` within ${within / MINUTE} minutes`;
  return `${things}${when}${reads === 25 ? '' : `, ${reads} log reads a second`}`;
};

function row(crowd: Crowd, { green, calls, throttled, minutes, busiest, busiestRun, busiestKind }: Outcome): string {
  const share = `${((100 * throttled) / calls).toFixed(0)} %`;
  const each = (minutes / crowd.runs).toFixed(1);
  const cells = [
    nameOf(crowd),
    `${green} of ${crowd.runs}`,
    each,
    (calls / minutes).toFixed(1),
    share,
    busiest,
    busiestRun,
    busiestKind,
  ];
  return `| ${cells.join(' | ')} |`;
}

/** Calls to AWS, when many builds share the quotas of one account. */
export const quota: Part = {
  name: 'quota',
  title: 'Calls to AWS',
  async run({ say, quick, only }: Bench): Promise<string[]> {
    const lines = [
      '| | green | minutes each | calls a minute of each | of them throttled | most in a second: all | one run | one run, one kind |',
      '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ];
    for (const crowd of crowds(quick)) {
      const name = nameOf(crowd);
      if (only !== undefined && !name.includes(only)) continue;
      const outcome = await unleash(crowd);
      lines.push(row(crowd, outcome));
      say(lines.at(-1) ?? '');
      say(
        `${name}: ${outcome.actions.map(([action, calls, refused]) => `${action} ${calls}${refused > 0 ? ` (${refused} throttled)` : ''}`).join(', ')}`,
      );
      for (const failure of outcome.failures.slice(0, 3)) say(failure);
    }
    return lines;
  },
};
