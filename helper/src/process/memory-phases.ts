import type { EventEmitter } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { MemoryPhase } from '../world.ts';

/**
 * While a context is listed and sent only the young generation stays small: what keeps the old one small, too, saves some
 * 10 MB and costs a fifth more CPU. While something is waited for the heap grows in small steps, and is
 * collected whole, and nothing is optimised: on Node.js 24 the compilers that do it take 14 MB.
 */
const FLAGS = {
  listing: ['--semi-space-growth-factor=1'],
  // As it was: parts of the program are loaded, and code that was kept with other flags is void.
  listed: ['--semi-space-growth-factor=2'],
  sending: ['--semi-space-growth-factor=1'],
  waiting: [
    '--no-opt',
    '--no-maglev',
    '--heap-growing-percent=10',
    '--semi-space-growth-factor=1',
    '--optimize-for-size',
    '--gc-global',
  ],
} as const satisfies Record<MemoryPhase, readonly string[]>;

/**
 * Makes the process small: a helper is one of many on a small machine, and a log read at full speed leaves some megabytes of
 * garbage a second, of which V8 would keep sixty before it looked. Neither given on node's command line nor at the start:
 * code that was kept with other flags is void, that of Node.js' own modules, too.
 */
export function keepMemorySmall(phase: MemoryPhase): void {
  // The loader keeps the code of this run now, with the flags that the next one begins with.
  const events: EventEmitter = process;
  if (phase === 'sending' || phase === 'waiting') events.emit('settle');
  for (const flag of FLAGS[phase]) setFlagsFromString(flag);
  if (phase === 'waiting') collect();
}

/**
 * Gives back what packing has left, pages that V8 pools included (a flavour that V8 of Node.js 20 does not know): else it would
 * do so half a minute later.
 */
function collect(): void {
  setFlagsFromString('--expose-gc');
  const gc: unknown = runInNewContext('gc');
  if (typeof gc === 'function') gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
