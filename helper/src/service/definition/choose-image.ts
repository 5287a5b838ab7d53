import { Failure } from '../../failure.ts';
import type { BuiltImage } from '../../parameters/built-image.ts';

/** The image that a deployment names, or `keep`: the one that the service has. */
export type ImageChoice =
  | { kind: 'take'; reference: string }
  | {
      kind: 'keep';
      /** What this run built and could be meant. */
      candidates: readonly string[];
      /** What it built with push: false. */
      unpushed: readonly string[];
    };

/**
 * Which image is deployed: the one that was given, else the only one that this run pushed, else the service's own.
 * @param unpushed names of further images that were built with push: false
 * @throws Failure `usage` for a build that was not pushed
 */
export function chooseImage(
  given: string | BuiltImage | undefined,
  candidates: readonly BuiltImage[],
  unpushed: readonly string[] = [],
): ImageChoice {
  if (typeof given === 'string') return { kind: 'take', reference: given };
  if (given !== undefined) return { kind: 'take', reference: pushed(given) };
  const ready = candidates.filter(({ reference }) => reference);
  const [only, ...others] = ready.length > 0 ? ready : candidates;
  if (only !== undefined && others.length === 0) return { kind: 'take', reference: pushed(only) };
  const names = (list: readonly BuiltImage[]): string[] => list.map(({ image }) => image);
  const rest = candidates.filter(({ reference }) => !reference);
  return { kind: 'keep', candidates: names(ready), unpushed: [...names(rest), ...unpushed] };
}

export const unpushedComplaint = ({ image }: BuiltImage): string =>
  `the image ${image} was built with push: false, so there is nothing to deploy`;

function pushed(built: BuiltImage): string {
  if (built.reference) return built.reference;
  throw new Failure('usage', unpushedComplaint(built), {
    hint: 'leave push out of kanikoBuild, or give fargateDeploy another image',
  });
}

/** No image was named and nothing else changes the service: there is no sense in going on. */
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
