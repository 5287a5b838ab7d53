import type { Inventory } from '../../helper/src/operator/infra/inventory.ts';
import type { KeptData } from '../../helper/src/operator/infra/kept-data.ts';
import type { ObservedStack } from '../../helper/src/operator/stack/stacks.ts';

const NOTHING_KEPT: KeptData = { bucket: undefined, fileSystem: undefined };

/** A stack of the prefix `ci`. */
export function observedStack(name: string, status: string, outputs: Record<string, string> = {}): ObservedStack {
  return { name: `ci-${name}`, id: `arn:${name}`, status, reason: '', parameters: {}, outputs, changed: 0 };
}

/** What exists of the prefix `ci`. */
export const inventory = (stacks: readonly ObservedStack[], kept: Partial<KeptData> = {}): Inventory => ({
  stacks: new Map(stacks.map((one) => [one.name, one])),
  kept: { ...NOTHING_KEPT, ...kept },
});

/** All main stacks, each in a state in which it can be changed. */
export const EVERYTHING = [
  observedStack('network', 'CREATE_COMPLETE'),
  observedStack('builder', 'UPDATE_COMPLETE', { Bucket: 'contexts', Cluster: 'ci' }),
  observedStack('jenkins', 'UPDATE_ROLLBACK_COMPLETE', { FileSystemId: 'fs-1', ServiceName: 'jenkins' }),
];
