// `npm run demo`
import { runProgram } from './run-program.mjs';

await runProgram('local/demo/run-demo.ts');
