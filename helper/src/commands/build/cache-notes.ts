import { createHash } from 'node:crypto';
import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { type CallOptions, withDeadline } from '../../aws/deadline.ts';
import type { BuildLog } from '../../kaniko/build-log.ts';
import { cacheWarning } from '../../kaniko/feature-flags.ts';
import type { Report } from '../../report/events.ts';
import type { World } from '../../world.ts';
import type { PreparedBuild } from './prepare-build.ts';

/** So long S3 may take over a note, in milliseconds: the build has ended. */
const NOTE_MS = 3_000;

/** Warns where a build's layer cache cannot be trusted, by what kaniko said before its first stage. */
export function warnOfStaleCache(report: Report, { cache }: PreparedBuild, { flags }: BuildLog, image: string): void {
  const text = cache && cacheWarning(flags, image);
  if (text !== undefined) report({ type: 'warning', text });
}

/**
 * Says why nothing came from the cache, once for a job: with the flags layers have other keys than before. That it was said is
 * noted on S3, which is asked only after a build that had nothing from its cache. Losing the note costs one more line.
 * @param wasThere whether the cache's repository was there before the build
 */
export async function explainColdCache(
  world: Pick<World, 'aws' | 'clock' | 'report' | 'signal'>,
  prepared: PreparedBuild,
  wasThere: boolean,
  log: BuildLog,
): Promise<void> {
  const { cache, bucket, contextNames } = prepared;
  const isTrusted = cacheWarning(log.flags, '') === undefined;
  if (cache === undefined || !isTrusted || log.layers === 0 || log.cachedLayers > 0) return;
  const { s3 } = world.aws;
  const ofEach = (request: (note: { Bucket: string; Key: string }, abortSignal: AbortSignal) => Promise<unknown>) => {
    const notes = contextNames.map((name) => ({ Bucket: bucket, Key: noteKey(name) }));
    const all = ({ abortSignal }: CallOptions) => Promise.allSettled(notes.map((note) => request(note, abortSignal)));
    return withDeadline(world.clock, NOTE_MS, all, world.signal);
  };
  const found = await ofEach((note, abortSignal) => s3.send(new HeadObjectCommand(note), { abortSignal }));
  if ('answer' in found && found.answer.some(({ status }) => status === 'fulfilled')) return;
  const owners = log.flags.active?.has('FF_KANIKO_COPY_AS_ROOT') === true;
  if (wasThere) world.report({ type: 'cache-anew', owners });
  await ofEach((note, abortSignal) => s3.send(new PutObjectCommand({ ...note, Body: '{}' }), { abortSignal }));
}

const noteKey = (name: string): string => `contexts/jobs/${createHash('sha256').update(name).digest('hex')}.cache.json`;
