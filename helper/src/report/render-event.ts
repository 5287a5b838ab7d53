import type { Failure } from '../failure.ts';
import { say, under } from '../text/quantities.ts';
import type { CommonEvent, Event } from './events.ts';
import { renderBuild } from './render-build.ts';
import { renderDeploy } from './render-deploy.ts';

/** Words an event as the lines that a person reads; pure, so that transcripts can be golden. */
export function render(event: Event, verbose: boolean): string[] {
  switch (event.type) {
    case 'warning':
    case 'detail':
    case 'setting':
    case 'failed':
      return renderCommon(event, verbose);
    default:
      return renderBuild(event) ?? renderDeploy(event) ?? [];
  }
}

function renderCommon(event: CommonEvent, verbose: boolean): string[] {
  switch (event.type) {
    case 'warning':
      return [say('warning', event.text)];
    case 'detail':
      return verbose ? [say('detail', event.text)] : [];
    case 'setting':
      return verbose ? [say('setting', `${event.name} = ${event.value || 'none'}  (${event.origin})`)] : [];
    case 'failed':
      return renderFailure(event.failure);
  }
}

/** What, why, what to do. */
function renderFailure({ category, message, evidence, hint }: Failure): string[] {
  const word = category === 'aborted' ? 'ABORTED' : 'FAILED';
  const [first, ...more] = evidence.flatMap((entry) => entry.split('\n'));
  return [
    `[fargate-ci] ${word}  ${message}`,
    ...(first === undefined ? [] : [under(`evidence  ${first}`)]),
    ...more.map((line) => under(`          ${line}`)),
    ...(hint ? [under(`hint      ${hint}`)] : []),
  ];
}
