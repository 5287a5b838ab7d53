import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');

/** All that the local tooling writes; ignored by git. */
export const STATE = join(ROOT, 'local', '.state');
