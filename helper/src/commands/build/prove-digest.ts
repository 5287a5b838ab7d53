import { Failure } from '../../failure.ts';
import { ecrImage, isEcr, type StoredImage } from '../../registry/ecr.ts';
import { formatReference, type ImageReference } from '../../registry/image-reference.ts';
import type { World } from '../../world.ts';

/** ECR may need a moment until a new tag can be read, so we ask several times. */
const MOST_LOOKS = 4;
const BETWEEN_LOOKS_MS = 1_500;

/** A push that a build's log reports. */
interface PushClaim {
  image: ImageReference;
  /** The digest that the log names; undefined where the log could not be read. */
  digest: string | undefined;
  /** When ECS created the build's task, by AWS' clock (ours may be hours off), in milliseconds since the epoch. */
  since: number;
  /** True for a build with --reproducible: only such a build can give the very image of an earlier one. */
  reproducible: boolean;
}

/** How far the clocks of two AWS services may differ. A task takes longer than that to start. */
const SKEW_MS = 10_000;

/**
 * Proves a push: asks ECR which image it stores under our tag. A RUN can forge every line of the log and even kaniko's exit code,
 * because it runs as root in the same process namespace. For other registries, whose API we do not know, the log must be enough.
 * @returns the proved digest
 * @throws Failure `registry` where ECR does not store the image under its tag
 */
export async function proveDigest(world: World, claim: PushClaim): Promise<string> {
  const { image, digest } = claim;
  if (!isEcr(image.registry, world.env)) {
    if (digest !== undefined) return digest;
    throw new Failure('registry', `nothing proves that ${formatReference(image)} was pushed`);
  }
  for (let look = 1; ; look += 1) {
    const held = await ecrImage(world, image);
    if (held !== undefined && proves(held, claim)) return held.digest;
    if (look >= MOST_LOOKS) throw unproved(claim, held);
    await world.clock.sleep(BETWEEN_LOOKS_MS, world.signal);
  }
}

/**
 * True where the stored image has the log's digest and is newer than the task: a RUN could print the digest of yesterday's image.
 * kaniko writes the time into every image, so only a reproducible build can give the same image again.
 */
function proves(held: StoredImage, { digest, since, reproducible }: PushClaim): boolean {
  const isNew = held.pushedAt >= since - SKEW_MS;
  if (digest === undefined) return isNew;
  // AWS always gives the time of the push; a stand-in for AWS may not.
  return held.digest === digest && (isNew || reproducible || held.pushedAt === 0);
}

function unproved({ image, digest, since }: PushClaim, held: StoredImage | undefined): Failure {
  const name = formatReference(image);
  const began = `this build's task began ${new Date(since).toISOString()}`;
  const evidence = [
    `the build's log: ${digest ?? 'could not be read'}`,
    `ECR, under the tag: ${held ? `${held.digest}, pushed ${new Date(held.pushedAt).toISOString()}` : 'no such image'}`,
  ];
  if (digest === undefined) {
    return new Failure('registry', `nothing proves that ${name} was pushed by this build`, {
      hint: 'its log could not be read: see the warning above. Allow logs:GetLogEvents on the log group of the builder',
      evidence: [...evidence, began],
    });
  }
  if (held === undefined) {
    return new Failure('registry', `${name} is not in ECR, though the build's log says it was pushed`, {
      hint: 'a RUN may have printed that line: look at the Dockerfile. Or a lifecycle rule took the image at once',
      evidence,
    });
  }
  if (held.digest === digest) {
    return new Failure('registry', `${name} was in ECR before this build began: this build has pushed nothing`, {
      hint: "a RUN has printed the digest of an older image: look at the Dockerfile. Builds that mean to make the same image again say so: kanikoArgs: ['--reproducible']",
      evidence: [...evidence, began],
    });
  }
  return new Failure('registry', `${name} holds another image than the one that this build pushed`, {
    hint: 'another build pushed the same tag at the same time: give each build a tag of its own (leave the tag out and it is the commit). Or a RUN forged the log: look at the Dockerfile',
    evidence,
  });
}
