import { dataHeldBy } from './stacks.ts';

/** One entry of a change set. */
export interface StackChange {
  readonly action: string;
  readonly id: string;
  readonly type: string;
  /** `True`, `False`, `Conditional`; empty where it does not apply. */
  readonly replacement: string;
  /** What happens to a resource that is removed: `Delete`, `Retain`, `ReplaceAndRetain` and others; empty where AWS does not say. */
  readonly policy: string;
  /** The properties that change. */
  readonly properties: readonly string[];
}

/** `AWS::ECS::Service` -> `ECS Service` */
export const resourceTypeName = (type: string): string => type.replace(/^AWS::/, '').replaceAll('::', ' ');

/** Whether a change replaces or removes something that holds data. */
export function endangersData({ action, type, replacement }: StackChange): boolean {
  if (dataHeldBy(type) === undefined) return false;
  return action === 'Remove' || (action === 'Modify' && replacement !== 'False' && replacement !== '');
}

/** Words a change: what happens to which resource, and which data it holds. */
export function describeStackChange(change: StackChange): string {
  const { action, id, type, replacement, properties, policy } = change;
  const resource = `${id} (${resourceTypeName(type)})`;
  const which = properties.length === 0 ? '' : `: ${properties.join(', ')}`;
  const danger = endangersData(change) ? `  HOLDS DATA: ${dataHeldBy(type)}` : '';
  switch (action) {
    case 'Add':
      return `create   ${resource}`;
    case 'Import':
      return `take     ${resource} back`;
    case 'Remove':
      return `${policy.startsWith('Retain') ? 'let go  ' : 'delete  '} ${resource}${policy.startsWith('Retain') ? ', which stays' : ''}${danger}`;
    case 'Modify':
      if (replacement === 'True') return `replace  ${resource}${which}${danger}`;
      if (replacement === 'Conditional') return `change   ${resource}${which}, perhaps by replacing it${danger}`;
      return `change   ${resource}${which}`;
    default:
      return `${action.toLowerCase().padEnd(8)} ${resource}`;
  }
}

const RANK = ['Remove', 'Import', 'Modify', 'Add'];

/** Words changes for a person: removals come first, new resources of one type are counted. */
export function describeStackChanges(changes: readonly StackChange[]): string[] {
  const added = changes.filter(({ action }) => action === 'Add');
  const others = changes
    .filter(({ action }) => action !== 'Add')
    .sort((a, b) => RANK.indexOf(a.action) - RANK.indexOf(b.action) || (a.id < b.id ? -1 : 1));
  return [...others.map(describeStackChange), ...describeNewResources(added)];
}

/** Words new resources, counted by their type. */
export function describeNewResources(resources: readonly { readonly type: string }[]): string[] {
  const counts = new Map<string, number>();
  for (const { type } of resources) counts.set(type, (counts.get(type) ?? 0) + 1);
  return [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([type, count]) => {
      const data = dataHeldBy(type);
      return `create   ${count === 1 ? '' : `${count} x `}${resourceTypeName(type)}${data ? `  (holds data: ${data})` : ''}`;
    });
}
