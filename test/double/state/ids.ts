import { createHash } from 'node:crypto';

/** 32 hexadecimal digits. The same words give the same digits in each run. */
export function hexId(...words: readonly (string | number)[]): string {
  return createHash('md5').update(words.join('/')).digest('hex');
}

/** The same UUID for the same words. */
export function uuid(...words: readonly (string | number)[]): string {
  const id = hexId(...words);
  return [id.slice(0, 8), id.slice(8, 12), id.slice(12, 16), id.slice(16, 20), id.slice(20)].join('-');
}
