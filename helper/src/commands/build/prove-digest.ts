import { Failure } from '../../failure.ts';
import { ecrImage, type HeldImage, isEcr } from '../../registry/ecr.ts';
import { formatReference, type ImageReference } from '../../registry/image-reference.ts';
import type { World } from '../../world.ts';

/** ECR may need a moment until a new tag can be read. */
const LOOKS = 4;
const BETWEEN_LOOKS_MS = 1_500;

/** What a build says that it pushed. */
export interface PushClaim {
  image: ImageReference;
  /** The digest that the log names; undefined where the log could not be read. */
  digest: string | undefined;
  /** When the build's task was made, by AWS' clock (ours may be off by hours), in milliseconds since the epoch. */
  since: number;
  /** Asked for with --reproducible: only then may a build come to the very image of an earlier one. */
  reproducible: boolean;
}

/** The clocks of two AWS services may differ by so much; a task takes longer than that to start. */
const SKEW_MS = 10_000;

/**
 * Asks ECR itself what it holds under our tag: a RUN can forge every line of the log and even kaniko's exit code, for
 * it runs as root in the same process namespace. Registries without an API that we know are taken at the log's word.
 * @returns the digest that is proved
 * @throws Failure `registry` where ECR does not have the image under its tag
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
    if (look >= LOOKS) throw unproved(claim, held);
    await world.clock.sleep(BETWEEN_LOOKS_MS, world.signal);
  }
}

/**
 * The digest must be the log's, and the image new: a RUN that knows the digest of yesterday's image under the same tag can
 * print it. Kaniko writes the time into every image, so that only a reproducible build makes the same one again.
 */
function proves(held: HeldImage, { digest, since, reproducible }: PushClaim): boolean {
  const fresh = held.pushedAt >= since - SKEW_MS;
  if (digest === undefined) return fresh;
  // AWS always says when; a stand-in may not.
  return held.digest === digest && (fresh || reproducible || held.pushedAt === 0);
}

function unproved({ image, digest, since }: PushClaim, held: HeldImage | undefined): Failure {
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
