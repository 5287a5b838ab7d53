import type { EventEmitter } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { MemoryPhase } from '../world.ts';

/**
 * While a context is listed and sent, only the young generation stays small: keeping the old one small, too, saves some
 * 10 MB and costs a fifth more CPU time. While the run waits, the heap grows in small steps, is collected as a whole,
 * and nothing is optimised: the optimising compilers of Node.js 24 take 14 MB.
 */
const FLAGS = {
  listing: ['--semi-space-growth-factor=1'],
  // V8's default again: more of the program is loaded now, and V8's cached code is valid only for the flags it was compiled with.
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
 * Sets V8's flags for a phase, so that the process stays small: many helpers run on one small machine. A log that is read
 * at full speed leaves some megabytes of garbage a second, and V8 would keep sixty before it collects.
 * Set at run time: V8's cached code, that of Node.js' own modules included, is valid only for the flags that it was
 * compiled with.
 */
export function keepMemorySmall(phase: MemoryPhase): void {
  // The loader stores this run's compiled code now, while V8 still has the flags that the next run begins with.
  const events: EventEmitter = process;
  if (phase === 'sending' || phase === 'waiting') events.emit('settle');
  for (const flag of FLAGS[phase]) setFlagsFromString(flag);
  if (phase === 'waiting') collectGarbage();
}

/**
 * Returns the memory that packing used to the system, including the pages that V8 pools. V8 alone would do so half a minute
 * later. Node.js 20 does not know the flavour `last-resort`.
 */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const gc: unknown = runInNewContext('gc');
  if (typeof gc === 'function') gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
