/** What a secret is, as a warning says it. */
export type Kind =
  | 'a password'
  | 'a password in an address'
  | 'a token'
  | 'a token in an address'
  | 'a private key'
  | 'an AWS key'
  | 'an Authorization header';

/** A secret in a text. */
export interface Found {
  readonly kind: Kind;
  /** Where it is in the text, as it stands there. */
  readonly start: number;
  readonly end: number;
  /** What the mask has to hide: the secret, and what it is once it is decoded. */
  readonly hide: readonly string[];
}

/** What the mask has to hide of what was found. */
export const valuesOf = (found: readonly Found[]): string[] => found.flatMap(({ hide }) => hide);
