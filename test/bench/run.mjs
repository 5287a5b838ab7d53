// `npm run bench`: see docs/performance.md.
import { runProgram } from '../../local/run-program.mjs';

await runProgram('test/bench/main.ts');
