import { stepsProgram } from './cli/perform-step.ts';
import { run } from './cli/run-program.ts';
import { runProcess } from './process/run-process.ts';

void runProcess((argv, host) => run(stepsProgram, argv, host));
