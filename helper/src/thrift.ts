import type { EventEmitter } from 'node:events';
import { setFlagsFromString } from 'node:v8';

/** V8's heap grows in small steps from now on, and its garbage is collected early and whole. */
const FLAGS = ['--heap-growing-percent=10', '--optimize-for-size', '--semi-space-growth-factor=1', '--gc-global'];

/**
 * Makes the process small rather than fast: a helper is one of many on a small machine, and a log read at full speed leaves
 * some megabytes of garbage a second, of which V8 would keep sixty before it looked. Neither given on node's command line
 * nor at the start: code that was kept with other flags is void, that of Node.js' own modules, too.
 */
export function collectOften(): void {
  // The loader keeps the code of this run now, with the flags that the next one begins with.
  const events: EventEmitter = process;
  events.emit('settle');
  for (const flag of FLAGS) setFlagsFromString(flag);
}
