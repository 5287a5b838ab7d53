import { hashCachePath } from '../../context/pack/hash-cache.ts';
import { type SentContext, sendContext } from '../../context/send-context.ts';
import type { World } from '../../world.ts';
import type { PreparedBuild } from './prepare-build.ts';
import { commitsOfFiles } from './repository-times.ts';

/** How much longer than the build's timeout the context must stay in S3: the clocks of AWS and this machine differ. */
const MARGIN_MS = 3_600_000;

/**
 * Sends the context to S3 and reports what was sent, or that an abort ended it.
 * @throws Failure where it cannot be sent, the signal's reason on an abort
 */
export async function sendBuildContext(world: World, prepared: PreparedBuild): Promise<SentContext> {
  const { params, listing, bucket, contextNames: names, boundary } = prepared;
  const sent = await sendContext(world, listing, {
    bucket,
    names,
    lastsMs: params.timeout * 60_000 + MARGIN_MS,
    hashCacheFile: hashCachePath(world.env, listing.root),
    commitsOf: (files) => commitsOfFiles(world, listing.root, boundary, files),
  }).catch((error: unknown) => {
    if (world.signal.aborted) world.report({ type: 'context-aborted' });
    throw error;
  });
  world.report({ type: 'context-sent', ...sent });
  return sent;
}
