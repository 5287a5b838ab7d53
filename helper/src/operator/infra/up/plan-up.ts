import { conditionOf, type MainStack, type ObservedStack, STACK_ORDER, stackName } from '../../stack/stacks.ts';
import type { Inventory } from '../inventory.ts';
import type { KeptData } from '../kept-data.ts';

/** What an `up` shall make. */
export interface UpTarget {
  readonly prefix: string;
  /** `builder`: no Jenkins, and no image for it. */
  readonly only: 'builder' | undefined;
  /** The operator names a VPC. */
  readonly ownVpc: boolean;
  /** The operator names the controller's image. */
  readonly ownImage: boolean;
}

/** One step of an `up`, in order. */
export type UpStep =
  | { readonly action: 'wait'; readonly stack: string; readonly status: string }
  /** Removes what a failed first attempt left. */
  | { readonly action: 'clear'; readonly stack: string; readonly status: string }
  | { readonly action: 'stuck'; readonly stack: string; readonly status: string }
  | { readonly action: 'take-back'; readonly stack: string; readonly what: string }
  | { readonly action: 'create' | 'update'; readonly stack: string; readonly kind: MainStack }
  | { readonly action: 'image' };

/**
 * The stacks that an `up` is about, in order. A VPC that was given once stays: then the builder's stack knows it, and
 * there is no network stack.
 */
export function stacksToDeploy({ prefix, only, ownVpc }: UpTarget, stacks: Inventory['stacks']): MainStack[] {
  const hasForeignVpc =
    ownVpc || (!stacks.has(stackName(prefix, 'network')) && hasResources(stacks.get(stackName(prefix, 'builder'))));
  return STACK_ORDER.filter(
    (kind) => !(kind === 'network' && hasForeignVpc) && !(kind === 'jenkins' && only === 'builder'),
  );
}

/** Whether a stack has resources. A failed first attempt has none that count, nor has a change set that was never carried out. */
export const hasResources = (stack: ObservedStack | undefined): boolean =>
  stack !== undefined && !['leftover', 'empty'].includes(conditionOf(stack.status));

/** The stacks that an `up` creates; the others are there already. */
export const newStacks = (target: UpTarget, { stacks }: Inventory): MainStack[] =>
  stacksToDeploy(target, stacks).filter((kind) => !hasResources(stacks.get(stackName(target.prefix, kind))));

/** Decides the steps of an `up`, from its target and what is there. */
export function planUp(target: UpTarget, { stacks, kept }: Inventory): UpStep[] {
  return stacksToDeploy(target, stacks).flatMap((kind): UpStep[] => {
    const name = stackName(target.prefix, kind);
    const image: UpStep[] = kind === 'jenkins' && !target.ownImage ? [{ action: 'image' }] : [];
    return [...image, ...stackSteps(name, kind, stacks.get(name), kept)];
  });
}

function stackSteps(stack: string, kind: MainStack, present: ObservedStack | undefined, kept: KeptData): UpStep[] {
  const what = kind === 'builder' ? kept.bucket : kind === 'jenkins' ? kept.fileSystem : undefined;
  const creation: UpStep[] = [
    ...(what === undefined ? [] : [{ action: 'take-back', stack, what } as const]),
    { action: 'create', stack, kind },
  ];
  if (present === undefined) return creation;
  const { status } = present;
  switch (conditionOf(status)) {
    case 'empty':
      return creation;
    case 'leftover':
      return [{ action: 'clear', stack, status }, ...creation];
    case 'stuck':
      return [{ action: 'stuck', stack, status }];
    case 'busy':
      return [
        { action: 'wait', stack, status },
        { action: 'update', stack, kind },
      ];
    default:
      return [{ action: 'update', stack, kind }];
  }
}
