import { formatDuration } from '../text/quantities.ts';
import type { Event } from './events.ts';
import { prefixedLine } from './prefixed-lines.ts';

/** The lines of the log for an event of a deployment. Undefined for any other event. */
export function renderDeploy(event: Event): string[] | undefined {
  switch (event.type) {
    case 'deploy-started':
      return [
        prefixedLine(
          'deploy',
          `${event.image ?? 'the present image'} -> service ${event.service} in cluster ${event.cluster}`,
        ),
      ];
    case 'rollback-chosen': {
      const way = event.from === event.revision ? `stays at ${event.revision}` : `${event.from} -> ${event.revision}`;
      return [prefixedLine('rollback', `${way}: ${event.why}`)];
    }
    case 'definition-registered':
      return [prefixedLine('task def', `registered ${event.taskDefinition}: ${event.changes.join(', ')}`)];
    case 'definition-unchanged':
      return [prefixedLine('task def', `${event.taskDefinition} is unchanged`)];
    case 'service-changing':
      return [
        prefixedLine(
          'service',
          event.how === 'create' ? `creating ${event.service}` : `updating ${event.service}${listed(event.changes)}`,
        ),
        `             ${event.console}`,
      ];
    case 'service-event':
      return [`  | ${event.text}`];
    case 'rollout-progress': {
      const failed = event.failed === 0 ? '' : `, ${event.failed} failed`;
      return [
        prefixedLine('rollout', `${event.running} of ${event.desired} running, ${event.pending} pending${failed}`),
      ];
    }
    case 'task-died':
      return [prefixedLine('task', `${event.id} died: ${event.why}`), ...event.lines.map((line) => `  | ${line}`)];
    case 'rollout-ending':
      return [prefixedLine('rollout', event.how)];
    case 'deploy-done': {
      const where = event.url ?? (event.addresses.join(', ') || 'no address');
      return [`[fargate-ci] live     ${where}  (${event.taskDefinition}) in ${formatDuration(event.ms)}`];
    }
    default:
      return undefined;
  }
}

const listed = (changes: readonly string[]): string => (changes.length === 0 ? '' : `: ${changes.join(', ')}`);
