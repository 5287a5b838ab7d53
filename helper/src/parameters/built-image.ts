/** The fields of a result of kanikoBuild that a deployment needs. */
export interface BuiltImage {
  /** `registry/repository:tag` */
  image: string;
  /** `registry/repository@sha256:...`; null for a build that pushed nothing. */
  reference: string | null;
}

/** The types of parameters that hand the result of one step to the next step. */
export interface StepResultTypes {
  /** An image's name, or the map that kanikoBuild returned. */
  image: string | BuiltImage;
  /** The images that were built in this run. */
  images: readonly BuiltImage[];
}

/** Reads the map that kanikoBuild returned. Undefined for any other value. */
export function readBuiltImage(value: unknown): BuiltImage | undefined {
  if (typeof value !== 'object' || value === null || !('image' in value) || !('reference' in value)) return undefined;
  const { image, reference } = value;
  if (typeof image !== 'string' || !(typeof reference === 'string' || reference === null)) return undefined;
  return { image, reference };
}
