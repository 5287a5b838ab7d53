// `npm run verify`
import { runProgram } from './run-program.mjs';

const started = await runProgram('local/verify/run-suites.ts');
// The last line always has the sums, even if `npm ci` has failed.
if (!started) console.log('0 passed, 1 failed');
