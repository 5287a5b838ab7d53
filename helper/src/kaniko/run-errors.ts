import { failedStep, type KnownError, lastLines } from './error-facts.ts';

const RUN_FAILED = /failed to execute command: waiting for process to exit: (?:exit status (\d+)|signal: (.*))$/;

/** How a RUN ended, from the exit status or the signal that the pattern matched. */
const exitOfRun = ([, status, signal]: readonly (string | undefined)[]): string =>
  status === undefined ? `signal ${signal}` : `exit status ${status}`;

/** A RUN that failed or could not start, and a disk that is full. */
export const RUN_ERRORS: readonly KnownError[] = [
  {
    when: RUN_FAILED,
    tailPattern: /no space left on device/i,
    say: ({ log, match, requested }) => ({
      category: 'build',
      message: `${failedStep(log)} failed with ${exitOfRun(match)}: its disk is full`,
      hint: `give it more: ${requested.moreDisk}`,
      evidence: lastLines(log),
    }),
  },
  {
    when: RUN_FAILED,
    tailPattern: /exec format error/,
    say: ({ log, match }) => ({
      category: 'build',
      message: `${failedStep(log)} failed with ${exitOfRun(match)}: a program in the image is built for another platform`,
      hint: "build on the base image's platform: kanikoBuild(..., platform: 'linux/arm64') or 'linux/amd64'; nothing is emulated",
      evidence: lastLines(log),
    }),
  },
  {
    when: /waiting for process to exit: (?:exit status (137)|signal: (killed))$/,
    say: ({ log, match, requested }) => ({
      category: 'build',
      message: `${failedStep(log)} was killed (${exitOfRun(match)}): most likely the task ran out of memory`,
      hint: `give it more: ${requested.moreMemory}; or see what in that RUN sends SIGKILL`,
      evidence: [...lastLines(log), `waiting for process to exit: ${exitOfRun(match)}`],
    }),
  },
  {
    when: RUN_FAILED,
    say: ({ log, match }) => ({
      category: 'build',
      message: `${failedStep(log)} failed with ${exitOfRun(match)}`,
      hint: 'its own last lines are the evidence: mend the command in the Dockerfile, or what it works on',
      evidence: [...lastLines(log), ...(log.tail.length === 0 ? [`it printed nothing; ${exitOfRun(match)}`] : [])],
    }),
  },
  {
    when: /no space left on device/i,
    say: ({ requested }) => ({
      category: 'platform',
      message: "the task's disk is full",
      hint: `context, base image and layers share it; give it more: ${requested.moreDisk}`,
    }),
  },
  {
    when: /exec format error/,
    say: ({ log }) => ({
      category: 'build',
      message: `${failedStep(log)} cannot run: the image is built for another platform`,
      hint: "build on the base image's platform: kanikoBuild(..., platform: 'linux/arm64') or 'linux/amd64'; nothing is emulated",
    }),
  },
  {
    when: /failed to execute command: starting command: (.*)$/,
    say: ({ log, match }) => ({
      category: 'build',
      message: `${failedStep(log)} cannot run: ${match[1]}`,
      hint: 'RUN needs /bin/sh, or the program that SHELL or the exec form names, in the image as it is at that step',
    }),
  },
];
