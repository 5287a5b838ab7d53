import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the checkout. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');

/** The folder of everything that the local tooling writes. git ignores it. */
export const STATE = join(ROOT, 'local', '.state');
