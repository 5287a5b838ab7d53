import { dataHeldBy } from './stacks.ts';

/** One entry of a change set. */
export interface StackChange {
  readonly action: string;
  readonly id: string;
  readonly type: string;
  /** `True`, `False`, `Conditional`; empty where it does not apply. */
  readonly replacement: string;
  /** What happens to the resource that goes: `Delete`, `Retain`, `ReplaceAndRetain`...; empty where AWS does not say. */
  readonly policy: string;
  /** The properties that change. */
  readonly properties: readonly string[];
}

/** `AWS::ECS::Service` -> `ECS Service` */
export const resourceTypeName = (type: string): string => type.replace(/^AWS::/, '').replaceAll('::', ' ');

/** True where the change replaces or removes something that holds data. */
export function endangersData({ action, type, replacement }: StackChange): boolean {
  if (dataHeldBy(type) === undefined) return false;
  return action === 'Remove' || (action === 'Modify' && replacement !== 'False' && replacement !== '');
}

/** A change in words: what happens, to what, and what of it holds data. */
export function describeStackChange(change: StackChange): string {
  const { action, id, type, replacement, properties, policy } = change;
  const what = `${id} (${resourceTypeName(type)})`;
  const which = properties.length === 0 ? '' : `: ${properties.join(', ')}`;
  const danger = endangersData(change) ? `  HOLDS DATA: ${dataHeldBy(type)}` : '';
  switch (action) {
    case 'Add':
      return `create   ${what}`;
    case 'Import':
      return `take     ${what} back`;
    case 'Remove':
      return `${policy.startsWith('Retain') ? 'let go  ' : 'delete  '} ${what}${policy.startsWith('Retain') ? ', which stays' : ''}${danger}`;
    case 'Modify':
      if (replacement === 'True') return `replace  ${what}${which}${danger}`;
      if (replacement === 'Conditional') return `change   ${what}${which}, perhaps by replacing it${danger}`;
      return `change   ${what}${which}`;
    default:
      return `${action.toLowerCase().padEnd(8)} ${what}`;
  }
}

const RANK = ['Remove', 'Import', 'Modify', 'Add'];

/** Changes as a person reads them: what is lost first, additions of a kind together. */
export function describeStackChanges(changes: readonly StackChange[]): string[] {
  const added = changes.filter(({ action }) => action === 'Add');
  const others = changes
    .filter(({ action }) => action !== 'Add')
    .sort((a, b) => RANK.indexOf(a.action) - RANK.indexOf(b.action) || (a.id < b.id ? -1 : 1));
  return [...others.map(describeStackChange), ...describeNewResources(added)];
}

/** New resources, counted by their type. */
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
