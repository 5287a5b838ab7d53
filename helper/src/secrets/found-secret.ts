/** The kind of a secret, in the words of a warning. */
export type SecretKind =
  | 'a password'
  | 'a password in an address'
  | 'a token'
  | 'a token in an address'
  | 'a private key'
  | 'an AWS key'
  | 'an Authorization header';

/** A secret in a text. */
export interface FoundSecret {
  readonly kind: SecretKind;
  /** Where it begins in the text. */
  readonly start: number;
  /** Where it ends in the text. */
  readonly end: number;
  /** The texts that the mask has to hide: the secret as it is written, and decoded. */
  readonly hide: readonly string[];
}

/** The texts that the mask has to hide of these secrets. */
export const valuesToHide = (found: readonly FoundSecret[]): string[] => found.flatMap(({ hide }) => hide);
