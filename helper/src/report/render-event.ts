import type { Failure } from '../failure.ts';
import type { CommonEvent, Event } from './events.ts';
import { lineBelow, prefixedLine } from './prefixed-lines.ts';
import { renderBuild } from './render-build.ts';
import { renderDeploy } from './render-deploy.ts';

/** The lines of the log for an event. Pure, so that tests can compare whole transcripts. */
export function renderEvent(event: Event, verbose: boolean): string[] {
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
      return [prefixedLine('warning', event.text)];
    case 'detail':
      return verbose ? [prefixedLine('detail', event.text)] : [];
    case 'setting':
      return verbose ? [prefixedLine('setting', `${event.name} = ${event.value || 'none'}  (${event.origin})`)] : [];
    case 'failed':
      return renderFailure(event.failure);
  }
}

/** The lines of a failure: what happened, why, and what to do. */
function renderFailure({ category, message, evidence, hint }: Failure): string[] {
  const word = category === 'aborted' ? 'ABORTED' : 'FAILED';
  const [first, ...more] = evidence.flatMap((entry) => entry.split('\n'));
  return [
    `[fargate-ci] ${word}  ${message}`,
    ...(first === undefined ? [] : [lineBelow(`evidence  ${first}`)]),
    ...more.map((line) => lineBelow(`          ${line}`)),
    ...(hint ? [lineBelow(`hint      ${hint}`)] : []),
  ];
}
