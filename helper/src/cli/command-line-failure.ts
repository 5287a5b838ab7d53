import { Failure } from '../failure.ts';

/** The beginning of the sentence in which yargs says that a flag lacks its value. */
const YARGS_LACKS_A_VALUE = /^Not enough arguments/;

/** The failure of a command line that cannot be read. @param message ours, or yargs' own */
export const commandLineFailure = (message: string): Failure =>
  new Failure('usage', message.replaceAll('\n', ' '), {
    hint: `${YARGS_LACKS_A_VALUE.test(message) ? 'write a value that begins with a dash as --flag=VALUE; ' : ''}fargate-ci --help lists the commands, fargate-ci build --help the flags of one`,
  });
