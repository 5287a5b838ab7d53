import { conditionOf, type MainStack, type ObservedStack, STACK_ORDER, stackName } from '../../stack/stacks.ts';

/** What is to be there. */
export interface UpTarget {
  readonly prefix: string;
  /** No Jenkins, and no image for it. */
  readonly only: 'builder' | undefined;
  /** The operator names a VPC. */
  readonly ownVpc: boolean;
  /** The operator names the controller's image. */
  readonly ownImage: boolean;
}

/** What an earlier `down` left, by its name. */
export interface KeptData {
  readonly bucket: string | undefined;
  readonly fileSystem: string | undefined;
}

/** What is there. */
export interface Inventory {
  readonly stacks: ReadonlyMap<string, ObservedStack>;
  readonly kept: KeptData;
}

/** One step of an `up`, in order. */
export type UpStep =
  | { readonly do: 'wait'; readonly stack: string; readonly status: string }
  /** What a failed first attempt left. */
  | { readonly do: 'clear'; readonly stack: string; readonly status: string }
  | { readonly do: 'stuck'; readonly stack: string; readonly status: string }
  | { readonly do: 'take-back'; readonly stack: string; readonly what: string }
  | { readonly do: 'create' | 'update'; readonly stack: string; readonly kind: MainStack }
  | { readonly do: 'image' };

/** Which stacks an `up` is about. A VPC once given stays: then the builder's stack has it, and there is no network. */
export function stacksToDeploy({ prefix, only, ownVpc }: UpTarget, stacks: Inventory['stacks']): MainStack[] {
  const foreignVpc =
    ownVpc || (!stacks.has(stackName(prefix, 'network')) && hasResources(stacks.get(stackName(prefix, 'builder'))));
  return STACK_ORDER.filter(
    (kind) => !(kind === 'network' && foreignVpc) && !(kind === 'jenkins' && only === 'builder'),
  );
}

/** Whether a stack has resources: not what a failed attempt left, nor what was planned and never made. */
export const hasResources = (stack: ObservedStack | undefined): boolean =>
  stack !== undefined && !['leftover', 'empty'].includes(conditionOf(stack.status));

/** The stacks that an `up` makes, where others are there already. */
export const newStacks = (target: UpTarget, { stacks }: Inventory): MainStack[] =>
  stacksToDeploy(target, stacks).filter((kind) => !hasResources(stacks.get(stackName(target.prefix, kind))));

/** Decides the steps of an `up`, from what is wanted and what is there. */
export function planUp(target: UpTarget, { stacks, kept }: Inventory): UpStep[] {
  return stacksToDeploy(target, stacks).flatMap((kind): UpStep[] => {
    const name = stackName(target.prefix, kind);
    const image: UpStep[] = kind === 'jenkins' && !target.ownImage ? [{ do: 'image' }] : [];
    return [...image, ...stackSteps(name, kind, stacks.get(name), kept)];
  });
}

function stackSteps(stack: string, kind: MainStack, present: ObservedStack | undefined, kept: KeptData): UpStep[] {
  const what = kind === 'builder' ? kept.bucket : kind === 'jenkins' ? kept.fileSystem : undefined;
  const creating: UpStep[] = [
    ...(what === undefined ? [] : [{ do: 'take-back', stack, what } as const]),
    { do: 'create', stack, kind },
  ];
  if (present === undefined) return creating;
  const { status } = present;
  switch (conditionOf(status)) {
    case 'empty':
      return creating;
    case 'leftover':
      return [{ do: 'clear', stack, status }, ...creating];
    case 'stuck':
      return [{ do: 'stuck', stack, status }];
    case 'busy':
      return [
        { do: 'wait', stack, status },
        { do: 'update', stack, kind },
      ];
    default:
      return [{ do: 'update', stack, kind }];
  }
}

/** One step of a `down`, in order. */
export type DownStep =
  | { readonly do: 'delete-stack'; readonly stack: ObservedStack }
  /** What fargateDeploy made, which holds the cluster; all but Jenkins' own, which goes with its stack. */
  | { readonly do: 'delete-services'; readonly cluster: string; readonly but: string | undefined }
  /** Builds, which hold the cluster too; once nobody starts more. */
  | { readonly do: 'stop-tasks'; readonly cluster: string }
  | { readonly do: 'note-kept'; readonly kept: KeptData }
  | { readonly do: 'delete-data'; readonly kept: KeptData };

/** Decides the steps of a `down`: the newest stack first, so that nothing goes which another still uses. */
export function planDown(prefix: string, { stacks, kept }: Inventory, deleteData: boolean): DownStep[] {
  const [network, builder, jenkins] = STACK_ORDER.map((kind) => stacks.get(stackName(prefix, kind)));
  const services = [...stacks.values()]
    .filter(({ name }) => name.startsWith(`${prefix}-service-`))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const held: KeptData = {
    bucket: builder?.outputs.Bucket ?? kept.bucket,
    fileSystem: jenkins?.outputs.FileSystemId ?? kept.fileSystem,
  };
  const cluster = builder?.outputs.Cluster;
  const remove = (stack: ObservedStack | undefined): DownStep[] => (stack ? [{ do: 'delete-stack', stack }] : []);
  const anything = held.bucket !== undefined || held.fileSystem !== undefined;
  return [
    // First of all, also where it is deleted in the end: whatever fails on the way, the next run knows of it.
    ...(anything ? [{ do: 'note-kept', kept: held } as const] : []),
    ...(cluster === undefined ? [] : [{ do: 'delete-services', cluster, but: jenkins?.outputs.ServiceName } as const]),
    ...services.flatMap(remove),
    ...remove(jenkins),
    ...(cluster === undefined ? [] : [{ do: 'stop-tasks', cluster } as const]),
    ...remove(builder),
    ...remove(network),
    ...(deleteData ? [{ do: 'delete-data', kept: held } as const] : []),
  ];
}
