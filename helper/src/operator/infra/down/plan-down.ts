import { type ObservedStack, STACK_ORDER, serviceStackPrefix, stackName } from '../../stack/stacks.ts';
import type { Inventory } from '../inventory.ts';
import type { KeptData } from '../kept-data.ts';

/** One step of a `down`, in order. */
export type DownStep =
  | { readonly action: 'delete-stack'; readonly stack: ObservedStack }
  /** Deletes the services that fargateDeploy made: they hold the cluster. `except` is Jenkins' own, which goes with its stack. */
  | { readonly action: 'delete-services'; readonly cluster: string; readonly except: string | undefined }
  /** Stops the builds, which hold the cluster too, when nobody can start more of them. */
  | { readonly action: 'stop-tasks'; readonly cluster: string }
  | { readonly action: 'note-kept'; readonly kept: KeptData }
  | { readonly action: 'delete-data'; readonly kept: KeptData };

/** Decides the steps of a `down`: the newest stack first, so that nothing is deleted that another stack still uses. */
export function planDown(prefix: string, { stacks, kept }: Inventory, deleteData: boolean): DownStep[] {
  const [network, builder, jenkins] = STACK_ORDER.map((kind) => stacks.get(stackName(prefix, kind)));
  const services = [...stacks.values()]
    .filter(({ name }) => name.startsWith(serviceStackPrefix(prefix)))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const data: KeptData = {
    bucket: builder?.outputs.Bucket ?? kept.bucket,
    fileSystem: jenkins?.outputs.FileSystemId ?? kept.fileSystem,
  };
  const cluster = builder?.outputs.Cluster;
  const remove = (stack: ObservedStack | undefined): DownStep[] => (stack ? [{ action: 'delete-stack', stack }] : []);
  const hasData = data.bucket !== undefined || data.fileSystem !== undefined;
  return [
    // The note comes first, even where the data is deleted in the end: if a later step fails, the next run knows of it.
    ...(hasData ? [{ action: 'note-kept', kept: data } as const] : []),
    ...(cluster === undefined
      ? []
      : [{ action: 'delete-services', cluster, except: jenkins?.outputs.ServiceName } as const]),
    ...services.flatMap(remove),
    ...remove(jenkins),
    ...(cluster === undefined ? [] : [{ action: 'stop-tasks', cluster } as const]),
    ...remove(builder),
    ...remove(network),
    ...(deleteData ? [{ action: 'delete-data', kept: data } as const] : []),
  ];
}
