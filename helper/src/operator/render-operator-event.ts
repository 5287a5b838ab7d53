import type { Event } from '../report/events.ts';
import { prefixedLine } from '../report/prefixed-lines.ts';
import { renderEvent } from '../report/render-event.ts';
import { formatDuration } from '../text/quantities.ts';
import type { OperatorEvent } from './operator-events.ts';
import { resourceTypeName } from './stack/describe-stack-changes.ts';

const PROGRESSIVES = {
  create: 'creating',
  update: 'updating',
  import: 'taking back into',
  delete: 'deleting',
} as const;
const PASTS = { create: 'created', update: 'updated', import: 'took back into', delete: 'deleted' } as const;

/** Words an event of the operator's commands as the lines that a person reads. */
export function renderOperatorEvent(event: OperatorEvent, verbose: boolean): string[] {
  return renderInfraEvent(event) ?? renderEvent(event as Event, verbose);
}

/** A certificate that is never validated lets a stack wait until its time is up. */
const DELEGATION_HINT =
  "             a certificate waits until its DNS record is seen: is the domain delegated to the hosted zone's name servers?";

function renderInfraEvent(event: OperatorEvent): string[] | undefined {
  switch (event.type) {
    case 'stack-unchanged':
      return [prefixedLine('stack', `${event.stack} is as it should be`)];
    case 'stack-changing':
      return [
        prefixedLine('stack', `${PROGRESSIVES[event.verb]} ${event.stack}`),
        `             ${event.console}`,
        ...event.changes.map((line) => `    ${line}`),
      ];
    case 'resource': {
      const reason = event.reason ? `: ${event.reason}` : '';
      return [
        `  | ${event.id} (${resourceTypeName(event.kind)}) ${event.outcome} in ${formatDuration(event.ms)}${reason}`,
      ];
    }
    case 'stack-waiting':
      return [
        prefixedLine('stack', `${event.stack}: waiting ${formatDuration(event.ms)} for ${event.resources.join(', ')}`),
        ...(event.resources.includes('Certificate') ? [DELEGATION_HINT] : []),
      ];
    case 'stack-done':
      return [prefixedLine('stack', `${PASTS[event.verb]} ${event.stack} in ${formatDuration(event.ms)}`)];
    case 'infra-step':
      return [prefixedLine(event.topic, event.text)];
    case 'infra-next':
      return ['', ...event.lines];
    default:
      return undefined;
  }
}
