import { createHash } from 'node:crypto';
import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { type CallOptions, withDeadline } from '../../aws/deadline.ts';
import type { BuildLog } from '../../kaniko/build-log.ts';
import { cacheWarning } from '../../kaniko/feature-flags.ts';
import type { Report } from '../../report/events.ts';
import type { World } from '../../world.ts';
import type { PreparedBuild } from './prepare-build.ts';

/** How long S3 may take for a note, in milliseconds. It must not delay a build that has ended. */
const NOTE_TIMEOUT_MS = 3_000;

/** Warns where the layer cache of a build cannot be trusted, by what kaniko said about its flags before its first stage. */
export function warnOfStaleCache(report: Report, { cache }: PreparedBuild, { flags }: BuildLog, image: string): void {
  const text = cache && cacheWarning(flags, image);
  if (text !== undefined) report({ type: 'warning', text });
}

/**
 * Explains once for each job why nothing came from the cache: the feature flags change the keys of layers. A note in S3 says that
 * it was explained; only a build that had nothing from its cache asks for it. Without the note the line is printed once more.
 * @param cacheExisted true where the cache's repository existed before the build
 */
export async function explainColdCache(
  world: Pick<World, 'aws' | 'clock' | 'report' | 'signal'>,
  prepared: PreparedBuild,
  cacheExisted: boolean,
  log: BuildLog,
): Promise<void> {
  const { cache, bucket, contextNames } = prepared;
  const isTrusted = cacheWarning(log.flags, '') === undefined;
  if (cache === undefined || !isTrusted || log.layers === 0 || log.cachedLayers > 0) return;
  const { s3 } = world.aws;
  const forEachNote = (
    request: (note: { Bucket: string; Key: string }, abortSignal: AbortSignal) => Promise<unknown>,
  ) => {
    const notes = contextNames.map((name) => ({ Bucket: bucket, Key: noteKey(name) }));
    const all = ({ abortSignal }: CallOptions) => Promise.allSettled(notes.map((note) => request(note, abortSignal)));
    return withDeadline(world.clock, NOTE_TIMEOUT_MS, all, world.signal);
  };
  const found = await forEachNote((note, abortSignal) => s3.send(new HeadObjectCommand(note), { abortSignal }));
  if ('answer' in found && found.answer.some(({ status }) => status === 'fulfilled')) return;
  const changesOwners = log.flags.active?.has('FF_KANIKO_COPY_AS_ROOT') === true;
  if (cacheExisted) world.report({ type: 'cache-anew', owners: changesOwners });
  await forEachNote((note, abortSignal) => s3.send(new PutObjectCommand({ ...note, Body: '{}' }), { abortSignal }));
}

const noteKey = (name: string): string => `contexts/jobs/${createHash('sha256').update(name).digest('hex')}.cache.json`;
