import { steps } from './cli/perform.ts';
import { run } from './cli/run.ts';
import { runProcess } from './process.ts';

await runProcess((argv, host) => run(steps, argv, host));
