import type { Fault } from '../aws/faults.ts';
import type { Scene } from './scene.ts';
import { abortAt, type Case, cases, type Moment, stateOf } from './sweep.ts';

/** Aborts at every such moment, one deployment each; the states that were told. */
async function sweep(one: Case, moment: Moment, trouble?: (stage: Scene) => void): Promise<Set<string>> {
  const told = new Set<string>();
  for (let nth = 1; ; nth++) {
    const aborted = await abortAt(one, moment, nth, trouble);
    try {
      if (aborted.failure === undefined) return told;
      told.add(stateOf(one, aborted, `${one.name}, ${moment}, ${nth}`));
    } finally {
      await aborted.stage.double.close();
    }
  }
}

for (const one of cases) {
  test(`${one.name}, aborted as each of its calls is answered, says what it leaves, and that is so`, async () => {
    expect((await sweep(one, 'answered')).size).toBeGreaterThanOrEqual(3);
  }, 120_000);

  test(`${one.name}, aborted in each of its sleeps`, async () => {
    expect((await sweep(one, 'asleep')).size).toBeGreaterThanOrEqual(1);
  }, 120_000);
}

for (const name of ['an update', 'a first deployment']) {
  const one = cases.find((other) => other.name === name);
  for (const moment of ['hanging, heard', 'hanging, not heard'] as const) {
    test(`${name}, aborted while each of its calls hangs (${moment})`, async () => {
      expect(one && (await sweep(one, moment)).size).toBeGreaterThanOrEqual(3);
    }, 120_000);
  }
}

const ending = ['StopServiceDeployment', 'DescribeServiceDeployments', 'DescribeServices', 'UpdateService'];
for (const [name, fault, times] of [
  ['hangs once', { kind: 'hang' }, 1],
  ['hangs once, and is heard', { kind: 'hang', effect: true }, 1],
  ['hangs for good', { kind: 'hang' }, 999],
  ['throttles for good', { kind: 'throttle' }, 999],
  ['answers with 500 twice', { kind: 'server-error' }, 2],
  ['breaks its answer off, and was heard', { kind: 'half' }, 1],
] satisfies [string, Fault, number][]) {
  test(`aborted while AWS ${name} in what ends the rollout: in time, and true`, async () => {
    const trouble = ({ double }: Scene): void => {
      for (const action of ending) double.fault({ action, times, fault });
    };
    for (const one of cases) {
      const aborted = await abortAt(one, 'asleep', 2, trouble);
      try {
        stateOf(one, aborted, `${one.name}, ${name}`);
      } finally {
        await aborted.stage.double.close();
      }
    }
  }, 120_000);
}
