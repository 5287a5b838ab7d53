import { type Crowd, unleash } from './crowd.ts';

// `npm run bench -- quota` does the same with 200.

/** A quota that is as scarce for twelve builds as AWS' ten a second are for a hundred. */
const ALIKE = { within: 0, reads: 1.5, running: 40_000 } as const;

for (const [name, crowd] of [
  ['12 builds', { what: 'build', runs: 12, ...ALIKE }],
  ['4 deployments of new services', { what: 'deploy', runs: 4, ...ALIKE }],
] satisfies [string, Crowd][]) {
  test(`${name} that begin at the same instant, within AWS' quotas: all are green, and none asks often`, async () => {
    const { green, failures, calls, throttled, busiestKind, minutes } = await unleash(crowd);
    expect(failures).toEqual([]);
    expect(green).toBe(crowd.runs);
    expect(busiestKind).toBeLessThanOrEqual(4);
    // One look at a rollout needs three calls.
    expect(calls / minutes).toBeLessThan(crowd.what === 'build' ? 45 : 75);
    expect(throttled / calls).toBeLessThan(0.3);
  }, 120_000);
}
