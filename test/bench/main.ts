import { parseArgs } from 'node:util';
import type { Cleanup } from '../../local/cleanup.mjs';
import type { Part } from './bench.ts';
import { context } from './context.ts';
import { log } from './log.ts';
import { describeMachine } from './machine.ts';
import { memory } from './memory.ts';
import { quota } from './quota/part.ts';
import { writeResults } from './results-page.ts';
import { startup } from './startup.ts';

/** The parts, in the order in which they run. */
export const PARTS: readonly Part[] = [context, startup, memory, quota, log];

const USAGE = `npm run bench -- [PART...] [--quick] [--full] [--only WORD] [--rounds N] [--write]
  parts: ${PARTS.map(({ name }) => name).join(', ')}; all of them where none is named
  --quick   a tenth of everything, for a look (a few minutes)
  --full    all combinations of workspace, state, line and machine (hours)
  --only    the context cases with this word in their name, as in small/changed
  --rounds  so many rounds a case
  --write   puts the results into docs/performance.md`;

/**
 * Runs the benchmark.
 * @param argv the words behind `npm run bench --`
 * @returns the exit status
 */
export async function main(argv: readonly string[], cleanup: Cleanup): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      full: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      only: { type: 'string' },
      rounds: { type: 'string' },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const unknown = positionals.filter((name) => !PARTS.some((part) => part.name === name));
  if (unknown.length > 0) throw new Error(`there is no part ${unknown.join(', ')}\n${USAGE}`);
  const parts = PARTS.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
  if (rounds !== undefined && !(Number.isInteger(rounds) && rounds > 0)) throw new Error('--rounds takes a number');
  const { quick, full, only } = values;
  const bench = { cleanup, say: (line: string) => console.log(line), quick, full, only, rounds };
  const machine = await describeMachine();
  for (const line of machine) console.log(line);
  for (const part of parts) {
    const began = performance.now();
    const lines = await part.run(bench);
    const minutes = ((performance.now() - began) / 60_000).toFixed(1);
    console.log(['', `${part.title} (${minutes} minutes)`, '', ...lines, ''].join('\n'));
    if (values.write) await writeResults(part.name, [...machine.map((line) => `${line}  `), '', ...lines]);
  }
  return 0;
}
