/** The kind of a secret. warnings.ts has its words. */
export type SecretKind =
  | 'password'
  | 'address password'
  | 'token'
  | 'address token'
  | 'private key'
  | 'AWS key'
  | 'Authorization header';

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
