import { Failure } from '../failure.ts';
import { ecrDigest, isEcr } from '../registry/ecr.ts';
import { formatReference, type ImageReference } from '../registry/reference.ts';
import type { World } from '../world.ts';

/** ECR may need a moment until a new tag can be read. */
const LOOKS = 4;
const BETWEEN_LOOKS_MS = 1_500;

/**
 * Asks ECR itself what it holds under our tag: a RUN can forge every line of the log and even kaniko's exit code, for
 * it runs as root in the same process namespace. Registries without an API that we know are taken at the log's word.
 * @param claimed the digest that the log names; undefined where the log could not be read
 * @returns the digest that is proved
 * @throws Failure `registry` where ECR does not have the image under its tag
 */
export async function proveDigest(world: World, image: ImageReference, claimed: string | undefined): Promise<string> {
  if (!isEcr(image.registry, world.env)) {
    if (claimed !== undefined) return claimed;
    throw new Failure('registry', `nothing proves that ${formatReference(image)} was pushed`);
  }
  for (let look = 1; ; look += 1) {
    const held = await ecrDigest(world, image);
    if (held !== undefined && (claimed === undefined || held === claimed)) return held;
    if (look < LOOKS) await world.clock.sleep(BETWEEN_LOOKS_MS, world.signal);
    else throw unproved(image, claimed, held);
  }
}

function unproved(image: ImageReference, claimed: string | undefined, held: string | undefined): Failure {
  const evidence = [`the build's log: ${claimed ?? 'unreadable'}`, `ECR, under the tag: ${held ?? 'no such image'}`];
  if (held === undefined) {
    return new Failure(
      'registry',
      `${formatReference(image)} is not in ECR, though the build's log says it was pushed`,
      {
        hint: 'a RUN may have printed that line: look at the Dockerfile. Or a lifecycle rule took the image at once',
        evidence,
      },
    );
  }
  return new Failure('registry', `${formatReference(image)} holds another image than the one that this build pushed`, {
    hint: 'another build pushed the same tag at the same time: give each build a tag of its own (leave the tag out and it is the commit). Or a RUN forged the log: look at the Dockerfile',
    evidence,
  });
}
