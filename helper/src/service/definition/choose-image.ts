import { Failure } from '../../failure.ts';
import type { BuiltImage } from '../../parameters/built-image.ts';

/** The image to deploy. `keep`: the service keeps the image that it has. */
export type ImageChoice =
  | { kind: 'take'; reference: string }
  | {
      kind: 'keep';
      /** Images that this run built and pushed: more than one, or none, so the choice is not clear. */
      candidates: readonly string[];
      /** Images that this run built with push: false. */
      unpushed: readonly string[];
    };

/**
 * Chooses the image to deploy: the given one, else the only one that this run pushed, else the service's present one.
 * @param unpushed names of further images that were built with push: false
 * @throws Failure `usage` for a build that was not pushed
 */
export function chooseImage(
  given: string | BuiltImage | undefined,
  candidates: readonly BuiltImage[],
  unpushed: readonly string[] = [],
): ImageChoice {
  if (typeof given === 'string') return { kind: 'take', reference: given };
  if (given !== undefined) return { kind: 'take', reference: pushedReference(given) };
  const pushed = candidates.filter(({ reference }) => reference);
  const [only, ...others] = pushed.length > 0 ? pushed : candidates;
  if (only !== undefined && others.length === 0) return { kind: 'take', reference: pushedReference(only) };
  const names = (list: readonly BuiltImage[]): string[] => list.map(({ image }) => image);
  const notPushed = candidates.filter(({ reference }) => !reference);
  return { kind: 'keep', candidates: names(pushed), unpushed: [...names(notPushed), ...unpushed] };
}

export const unpushedComplaint = ({ image }: BuiltImage): string =>
  `the image ${image} was built with push: false, so there is nothing to deploy`;

function pushedReference(built: BuiltImage): string {
  if (built.reference) return built.reference;
  throw new Failure('usage', unpushedComplaint(built), {
    hint: 'leave push out of kanikoBuild, or give fargateDeploy another image',
  });
}

/** The failure of a deployment without an image that would change nothing else either. */
export function imageMissing(
  service: string,
  { candidates, unpushed }: Pick<ImageChoice & { kind: 'keep' }, 'candidates' | 'unpushed'>,
): Failure {
  const built =
    candidates.length > 0
      ? `this run built ${candidates.join(', ')}`
      : unpushed.length > 0
        ? `this run pushed none: ${unpushed.join(', ')} was built with push: false`
        : 'this run built none';
  return new Failure('usage', `which image should the service ${service} run? None was given, and ${built}`, {
    hint:
      candidates.length === 0
        ? `say which: fargateDeploy(image: 'repository:tag', ...), or ${unpushed.length > 0 ? 'leave push out of kanikoBuild' : 'call kanikoBuild before it'}`
        : "pass what kanikoBuild returned: def built = kanikoBuild(image: 'shop'); fargateDeploy(image: built, ...)",
    evidence: [...candidates],
  });
}
