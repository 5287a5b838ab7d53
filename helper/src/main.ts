import { steps } from './cli/perform.ts';
import { run } from './cli/run.ts';
import { runProcess } from './process.ts';

void runProcess((argv, host) => run(steps, argv, host));
