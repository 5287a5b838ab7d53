import { Failure } from '../failure.ts';
import { ecrImage, type HeldImage, isEcr } from '../registry/ecr.ts';
import { formatReference, type ImageReference } from '../registry/reference.ts';
import type { World } from '../world.ts';

/** ECR may need a moment until a new tag can be read. */
const LOOKS = 4;
const BETWEEN_LOOKS_MS = 1_500;

/** What a build says that it pushed. */
export interface Claim {
  image: ImageReference;
  /** The digest that the log names; undefined where the log could not be read. */
  digest: string | undefined;
  /** When the build began, in milliseconds since the epoch. */
  began: number;
}

/** AWS' clock and ours may differ by so much. */
const SKEW_MS = 120_000;

/**
 * Asks ECR itself what it holds under our tag: a RUN can forge every line of the log and even kaniko's exit code, for
 * it runs as root in the same process namespace. Registries without an API that we know are taken at the log's word.
 * @returns the digest that is proved
 * @throws Failure `registry` where ECR does not have the image under its tag
 */
export async function proveDigest(world: World, claim: Claim): Promise<string> {
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

/** Without a log the image must be new: under a tag that moves there may be an older one. */
function proves({ digest, pushedAt }: HeldImage, claim: Claim): boolean {
  return claim.digest === undefined ? pushedAt >= claim.began - SKEW_MS : digest === claim.digest;
}

function unproved({ image, digest, began }: Claim, held: HeldImage | undefined): Failure {
  const name = formatReference(image);
  const evidence = [
    `the build's log: ${digest ?? 'could not be read'}`,
    `ECR, under the tag: ${held ? `${held.digest}, pushed ${new Date(held.pushedAt).toISOString()}` : 'no such image'}`,
  ];
  if (digest === undefined) {
    return new Failure('registry', `nothing proves that ${name} was pushed by this build`, {
      hint: 'its log could not be read: see the warning above. Allow logs:GetLogEvents on the log group of the builder',
      evidence: [...evidence, `this build began ${new Date(began).toISOString()}`],
    });
  }
  if (held === undefined) {
    return new Failure('registry', `${name} is not in ECR, though the build's log says it was pushed`, {
      hint: 'a RUN may have printed that line: look at the Dockerfile. Or a lifecycle rule took the image at once',
      evidence,
    });
  }
  return new Failure('registry', `${name} holds another image than the one that this build pushed`, {
    hint: 'another build pushed the same tag at the same time: give each build a tag of its own (leave the tag out and it is the commit). Or a RUN forged the log: look at the Dockerfile',
    evidence,
  });
}
