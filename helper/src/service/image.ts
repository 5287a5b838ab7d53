import { Failure } from '../failure.ts';

/** What kanikoBuild returned, as far as it matters here. */
export interface Built {
  /** `registry/repository:tag` */
  image: string;
  /** `registry/repository@sha256:...`; null where nothing was pushed. */
  reference: string | null;
}

/** The image that a deployment names, or `keep`: the one that the service has. */
export type ImageChoice = { kind: 'take'; reference: string } | { kind: 'keep'; candidates: readonly string[] };

/**
 * Which image is deployed: the one that was given, else the only one that this run built, else the service's own.
 * @throws Failure `usage` for a build that was not pushed
 */
export function chooseImage(given: string | Built | undefined, candidates: readonly Built[]): ImageChoice {
  if (typeof given === 'string') return { kind: 'take', reference: given };
  if (given !== undefined) return { kind: 'take', reference: pushed(given) };
  const [only, ...others] = candidates;
  if (only !== undefined && others.length === 0) return { kind: 'take', reference: pushed(only) };
  return { kind: 'keep', candidates: candidates.map((candidate) => candidate.image) };
}

function pushed(built: Built): string {
  if (built.reference) return built.reference;
  throw new Failure('usage', `the image ${built.image} was built with push: false, so there is nothing to deploy`, {
    hint: 'leave push out of kanikoBuild, or give fargateDeploy another image',
  });
}

/** No image was named and nothing else changes the service: there is no sense in going on. */
export function imageMissing(service: string, candidates: readonly string[]): Failure {
  const built = candidates.length === 0 ? 'this run built none' : `this run built ${candidates.join(', ')}`;
  return new Failure('usage', `which image should the service ${service} run? None was given, and ${built}`, {
    hint:
      candidates.length === 0
        ? "say which: fargateDeploy(image: 'repository:tag', ...), or call kanikoBuild before it"
        : "pass what kanikoBuild returned: def built = kanikoBuild(image: 'shop'); fargateDeploy(image: built, ...)",
    evidence: [...candidates],
  });
}
