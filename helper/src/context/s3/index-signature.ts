import { createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';

/** What signs one text: a pair of keys of which nobody keeps the private one. */
export interface Signer {
  /** Whoever has it can tell what was signed: SPKI, base64url. */
  readonly publicKey: string;
  sign(text: string): string;
}

/** Makes a new pair of keys, of a kind that OpenSSL has in FIPS mode, too: a fraction of a millisecond. */
export function newSigner(): Signer {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    publicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64url'),
    sign: (text) => sign('sha256', Buffer.from(text), privateKey).toString('base64url'),
  };
}

/** Whether the private key that belongs to this public one has signed the text. */
export function isSigned(text: string, signature: string, publicKey: string): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64url'), type: 'spki', format: 'der' });
    return verify('sha256', Buffer.from(text), key, Buffer.from(signature, 'base64url'));
  } catch {
    return false;
  }
}
