import type { Event } from '../report/events.ts';
import { renderEvent } from '../report/render-event.ts';
import { duration, say } from '../text/quantities.ts';
import type { OperatorEvent } from './operator-world.ts';
import { resourceTypeName } from './stack/describe-stack-changes.ts';

/** What is done to a stack. */
export type StackVerb = 'create' | 'update' | 'import' | 'delete';

/** What the infra command reports. Durations are milliseconds. */
export type InfraEvent =
  | { type: 'stack-unchanged'; stack: string }
  | { type: 'stack-changing'; stack: string; verb: StackVerb; changes: readonly string[]; console: string }
  /** A resource reached a state of its own: `created`, `updated`, `deleted`, `failed`. */
  | { type: 'resource'; id: string; kind: string; became: string; ms: number; reason: string }
  /** Nothing happened for a while; what is under way. */
  | { type: 'stack-waiting'; stack: string; resources: readonly string[]; ms: number }
  | { type: 'stack-done'; stack: string; verb: StackVerb; ms: number }
  /** A step that is not a stack's: topic and words. */
  | { type: 'infra-step'; topic: string; text: string }
  /** What the operator does next, a paragraph a line. */
  | { type: 'infra-next'; lines: readonly string[] };

const DOING = { create: 'creating', update: 'updating', import: 'taking back into', delete: 'deleting' } as const;
const DONE = { create: 'created', update: 'updated', import: 'took back into', delete: 'deleted' } as const;

/** Words an event of the operator's commands as the lines that a person reads. */
export function renderOperator(event: OperatorEvent, verbose: boolean): string[] {
  return renderInfra(event) ?? renderEvent(event as Event, verbose);
}

/** What a certificate waits for that will never come. */
const DELEGATED =
  "             a certificate waits until its DNS record is seen: is the domain delegated to the hosted zone's name servers?";

function renderInfra(event: OperatorEvent): string[] | undefined {
  switch (event.type) {
    case 'stack-unchanged':
      return [say('stack', `${event.stack} is as it should be`)];
    case 'stack-changing':
      return [
        say('stack', `${DOING[event.verb]} ${event.stack}`),
        `             ${event.console}`,
        ...event.changes.map((line) => `    ${line}`),
      ];
    case 'resource': {
      const reason = event.reason ? `: ${event.reason}` : '';
      return [`  | ${event.id} (${resourceTypeName(event.kind)}) ${event.became} in ${duration(event.ms)}${reason}`];
    }
    case 'stack-waiting':
      return [
        say('stack', `${event.stack}: waiting ${duration(event.ms)} for ${event.resources.join(', ')}`),
        ...(event.resources.includes('Certificate') ? [DELEGATED] : []),
      ];
    case 'stack-done':
      return [say('stack', `${DONE[event.verb]} ${event.stack} in ${duration(event.ms)}`)];
    case 'infra-step':
      return [say(event.topic, event.text)];
    case 'infra-next':
      return ['', ...event.lines];
    default:
      return undefined;
  }
}
