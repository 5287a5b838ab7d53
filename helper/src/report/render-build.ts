import { count, duration, gigabytes, plural, say, size, vcpus } from '../text/quantities.ts';
import type { Event } from './events.ts';

/** The lines of the log for an event of a build. Undefined for any other event. */
export function renderBuild(event: Event): string[] | undefined {
  switch (event.type) {
    case 'build-started':
      return event.images.map((image) => say('build', event.pushed ? image : `${image} (not pushed)`));
    case 'context-progress':
      return [
        say('context', `${plural(event.files, 'file')}, ${size(event.bytes)} packed, ${size(event.uploaded)} sent ...`),
      ];
    case 'context-sent': {
      const ignored = event.ignored === 0 ? '' : ` (${count(event.ignored)} ignored${ignoredBy(event.ignoreFile)})`;
      const files = `${plural(event.files, 'file')}, ${size(event.bytes)}`;
      return [say('context', `${files}${sentBytes(event)} in ${duration(event.ms)}${ignored}`)];
    }
    case 'context-aborted':
      return [say('context', 'the upload was aborted; no task was started')];
    case 'repository-created':
      return [
        say(
          'registry',
          event.by === 'helper'
            ? `created the repository ${event.repository}: it did not exist yet`
            : `the repository ${event.repository} does not exist yet: ECR creates it at the push`,
        ),
      ];
    case 'task-definition-registered':
      return [say('task', `registered ${event.taskDefinition} for ${event.reason}`)];
    case 'task-adopted':
      return [say('task', `going on with ${event.id}, which an earlier call of this build has started`)];
    case 'task-started': {
      const where = event.spot ? '  on Spot' : '';
      return [
        say('task', `${event.id}  ${vcpus(event.cpu)}, ${gigabytes(event.memory)}${where}`),
        `             ${event.console}`,
      ];
    }
    case 'task-status':
      return [say('task', `${event.now} after ${event.status} ${duration(event.ms)}`)];
    case 'task-stopping':
      return [say('task', `stopping ${event.id}: ${event.why}`)];
    case 'build-line':
      return [`  | ${event.text}`];
    case 'cache-anew': {
      const owners = event.owners ? '. Files of a COPY after USER belong to root now, as with Docker' : '';
      const why = "with kaniko's fixes on layers have other keys than before, so a first build makes all of them anew";
      return [say('cache', `nothing in it was of use: ${why}${owners} (docs/kanikoBuild.md)`)];
    }
    case 'image-pushed': {
      const layers =
        event.layers === 0 ? '' : `  (${event.cachedLayers} of ${plural(event.layers, 'layer')} from cache)`;
      return [say('pushed', `${event.image}  ${event.digest}${layers}`)];
    }
    case 'build-done': {
      const phases = Object.entries(event.phases).map(([name, seconds]) => `${name} ${duration(seconds * 1000)}`);
      return [`[fargate-ci] done in ${duration(event.ms)}: ${phases.join(', ')}`];
    }
    default:
      return undefined;
  }
}

/** How much of a context had to be sent. */
function sentBytes({ uploaded, known }: { uploaded: number; known: number }): string {
  if (uploaded === 0) return ': sent before, nothing to send';
  return known === 0 ? ` -> ${size(uploaded)}` : ` -> ${size(uploaded)} sent, ${size(known)} known already`;
}

const ignoredBy = (ignoreFile: string | undefined): string => (ignoreFile === undefined ? '' : ` by ${ignoreFile}`);
