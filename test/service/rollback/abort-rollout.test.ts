import type { Fault } from '../../double/injected-faults.ts';
import { type DeployScene, seedShop } from '../../support/deploy-scene.ts';
import { sigterm } from '../../support/host.ts';
import { abortAt, type Moment, raised, type SweepCase, stateOf, sweepCases } from '../rollout/fault-sweep.ts';

/** Runs one deployment for each such moment (at most `most`), aborts it there, and collects the states that were told. */
async function sweep(one: SweepCase, moment: Moment, most = Number.POSITIVE_INFINITY): Promise<Set<string>> {
  const told = new Set<string>();
  for (let nth = 1; nth <= most; nth++) {
    const aborted = await abortAt(one, moment, nth);
    try {
      if (aborted.failure === undefined) return told;
      told.add(stateOf(one, aborted, `${one.name}, ${moment}, ${nth}`));
    } finally {
      await aborted.stage.double.close();
    }
  }
  return told;
}

const named = (...names: readonly string[]) => sweepCases.filter(({ name }) => names.includes(name));

for (const one of sweepCases.filter(({ name }) => name !== 'an update of a checked service')) {
  test(`${one.name}, aborted as each of its calls is answered, tells the true state in its message`, async () => {
    expect((await sweep(one, 'answered')).size).toBeGreaterThanOrEqual(3);
  }, 120_000);
}

for (const one of named('an update', 'a first deployment')) {
  test(`${one.name}, aborted in each of its sleeps`, async () => {
    expect((await sweep(one, 'asleep')).size).toBeGreaterThanOrEqual(1);
  }, 120_000);
}

for (const one of named('an update of a checked service', 'a first deployment')) {
  for (const moment of ['hanging, heard', 'hanging, not heard'] as const) {
    test(`${one.name}, aborted while each of its calls hangs (${moment})`, async () => {
      // This covers the calls before the rollout, and the first looks at it.
      expect((await sweep(one, moment, 14)).size).toBeGreaterThanOrEqual(3);
    }, 120_000);
  }
}

for (const moment of ['answered', 'asleep', 'hanging, heard', 'hanging, not heard'] as const) {
  test(`${raised.name}, aborted (${moment}), tells the true state in its message`, async () => {
    expect((await sweep(raised, moment, 16)).size).toBeGreaterThanOrEqual(1);
  }, 120_000);
}

for (const action of ['DescribeServices', 'UpdateService', 'RegisterTaskDefinition', 'ListTasks']) {
  test(`an update, aborted in the pause before a throttled ${action} is tried again`, async () => {
    const [one] = named('an update');
    const throttled = {
      action,
      times: 12,
      skip: action === 'DescribeServices' ? 1 : 0,
      fault: { kind: 'throttle' },
    } as const;
    const before = async (stage: DeployScene): Promise<void> => {
      await seedShop(stage);
      stage.double.fault(throttled);
      let calls = 0;
      // By the eighth call the pauses are longer than ten seconds.
      stage.double.on(action, () => {
        calls += 1;
        if (calls === 8) stage.double.clock.after(100, () => stage.world.controller.abort(sigterm()));
      });
    };
    if (one === undefined) throw new Error('no case');
    const aborted = await abortAt({ ...one, set: before }, 'never', 0);
    try {
      stateOf(one, aborted, action);
    } finally {
      await aborted.stage.double.close();
    }
  });
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
  test(`aborted while AWS ${name} in the calls that end the rollout: it ends in time and tells the true state`, async () => {
    const trouble = ({ double }: DeployScene): void => {
      for (const action of ending) double.fault({ action, times, fault });
    };
    for (const one of sweepCases) {
      const aborted = await abortAt(one, 'asleep', 2, trouble);
      try {
        stateOf(one, aborted, `${one.name}, ${name}`);
      } finally {
        await aborted.stage.double.close();
      }
    }
  }, 120_000);
}
