import { formatBytes, formatCount, formatDuration, formatMemory, formatVcpus, plural } from '../text/quantities.ts';
import type { Event } from './events.ts';
import { prefixedLine } from './prefixed-lines.ts';

/** The lines of the log for an event of a build. Undefined for any other event. */
export function renderBuild(event: Event): string[] | undefined {
  switch (event.type) {
    case 'build-started':
      return event.images.map((image) => prefixedLine('build', event.pushed ? image : `${image} (not pushed)`));
    case 'context-progress':
      return [
        prefixedLine(
          'context',
          `${plural(event.files, 'file')}, ${formatBytes(event.bytes)} packed, ${formatBytes(event.uploaded)} sent ...`,
        ),
      ];
    case 'context-sent': {
      const ignored =
        event.ignored === 0 ? '' : ` (${formatCount(event.ignored)} ignored${ignoredBy(event.ignoreFile)})`;
      const files = `${plural(event.files, 'file')}, ${formatBytes(event.bytes)}`;
      return [prefixedLine('context', `${files}${sentBytes(event)} in ${formatDuration(event.ms)}${ignored}`)];
    }
    case 'context-aborted':
      return [prefixedLine('context', 'the upload was aborted; no task was started')];
    case 'repository-created':
      return [
        prefixedLine(
          'registry',
          event.by === 'helper'
            ? `created the repository ${event.repository}: it did not exist yet`
            : `the repository ${event.repository} does not exist yet: ECR creates it at the push`,
        ),
      ];
    case 'task-definition-registered':
      return [prefixedLine('task', `registered ${event.taskDefinition} for ${event.reason}`)];
    case 'task-adopted':
      return [prefixedLine('task', `going on with ${event.id}, which an earlier call of this build has started`)];
    case 'task-started': {
      const where = event.spot ? '  on Spot' : '';
      return [
        prefixedLine('task', `${event.id}  ${formatVcpus(event.cpu)}, ${formatMemory(event.memory)}${where}`),
        `             ${event.console}`,
      ];
    }
    case 'task-status':
      return [prefixedLine('task', `${event.now} after ${event.status} ${formatDuration(event.ms)}`)];
    case 'task-stopping':
      return [prefixedLine('task', `stopping ${event.id}: ${event.why}`)];
    case 'build-line':
      return [`  | ${event.text}`];
    case 'cache-anew': {
      const owners = event.owners ? '. Files of a COPY after USER belong to root now, as with Docker' : '';
      const why = "with kaniko's fixes on layers have other keys than before, so a first build makes all of them anew";
      return [prefixedLine('cache', `nothing in it was of use: ${why}${owners} (docs/kanikoBuild.md)`)];
    }
    case 'image-pushed': {
      const layers =
        event.layers === 0 ? '' : `  (${event.cachedLayers} of ${plural(event.layers, 'layer')} from cache)`;
      return [prefixedLine('pushed', `${event.image}  ${event.digest}${layers}`)];
    }
    case 'build-done': {
      const phases = Object.entries(event.phases).map(([name, seconds]) => `${name} ${formatDuration(seconds * 1000)}`);
      return [`[fargate-ci] done in ${formatDuration(event.ms)}: ${phases.join(', ')}`];
    }
    default:
      return undefined;
  }
}

/** How much of a context had to be sent. */
function sentBytes({ uploaded, known }: { uploaded: number; known: number }): string {
  if (uploaded === 0) return ': sent before, nothing to send';
  return known === 0
    ? ` -> ${formatBytes(uploaded)}`
    : ` -> ${formatBytes(uploaded)} sent, ${formatBytes(known)} known already`;
}

const ignoredBy = (ignoreFile: string | undefined): string => (ignoreFile === undefined ? '' : ` by ${ignoreFile}`);
