import {
  baseImage,
  type ErrorFacts,
  exitOfRun,
  type FailureWording,
  failedStep,
  lastLines,
  pushedTo,
  type RequestedBuild,
} from './build-facts.ts';
import type { BuildLog } from './build-log.ts';

interface Cause {
  when: RegExp;
  /** Looks at the current RUN's last lines too. */
  because?: RegExp;
  say(facts: ErrorFacts): FailureWording;
}

const RUN_FAILED = /failed to execute command: waiting for process to exit: (?:exit status (\d+)|signal: (.*))$/;
const UNREACHABLE =
  /dial tcp|no such host|connection refused|connection reset|i\/o timeout|TLS handshake|x509|network is unreachable|server gave HTTP response/i;
const REFUSED = /unauthorized|denied|\b40[13]\b|authentication required|no basic auth credentials|not authorized/i;
const NETWORK_HINT =
  "check the registry's name, and the way there from the builder's subnets: a public IP or NAT, security groups, VPC endpoints";
/** The registry that an error of the pull speaks of, as registryCredentials names it. */
function hubOr({ error }: ErrorFacts): string {
  const host = /https?:\/\/([^/\s]+)\/v2\//.exec(error)?.[1] ?? 'docker.io';
  return /(?:^|\.)docker\.(?:io|com)$/.test(host) ? 'docker.io' : host;
}

/** Why builds fail, by kaniko's last words; the first that matches. The wording lives here and nowhere else. */
const CAUSES: readonly Cause[] = [
  {
    when: /^(unknown (?:shorthand )?flag: .*|invalid argument .* for .* flag.*|flag needs an argument: .*|unknown command .*)$/,
    say: ({ match }) => ({
      category: 'usage',
      message: `kaniko does not take its arguments: ${match[1]}`,
      hint: "look at kanikoArgs, and at the setting kaniko-args; the flags are listed in kaniko's README",
    }),
  },
  {
    when: /^(?!.*error (?:pushing image|checking push permissions)).*(?:toomanyrequests|pull rate limit|429 Too Many Requests)/i,
    say: (facts) => {
      const host = hubOr(facts);
      return {
        category: 'registry',
        message: `${host === 'docker.io' ? "Docker Hub's" : `${host}'s`} pull limit is reached: it does not give ${baseImage(facts)} at the moment`,
        hint: `pull as a user: kanikoBuild(..., registryCredentials: ['${host}': 'fargate-ci/build/pull']), through a mirror: kanikoArgs: ['--registry-mirror=HOST'], or from a copy in ECR`,
      };
    },
  },
  {
    when: RUN_FAILED,
    because: /no space left on device/i,
    say: ({ log, match, asked }) => ({
      category: 'build',
      message: `${failedStep(log)} failed with ${exitOfRun(match)}: its disk is full`,
      hint: `give it more: ${asked.moreDisk}`,
      evidence: lastLines(log),
    }),
  },
  {
    when: RUN_FAILED,
    because: /exec format error/,
    say: ({ log, match }) => ({
      category: 'build',
      message: `${failedStep(log)} failed with ${exitOfRun(match)}: a program in the image is built for another platform`,
      hint: "build on the base image's platform: kanikoBuild(..., platform: 'linux/arm64') or 'linux/amd64'; nothing is emulated",
      evidence: lastLines(log),
    }),
  },
  {
    when: /waiting for process to exit: (?:exit status (137)|signal: (killed))$/,
    say: ({ log, match, asked }) => ({
      category: 'build',
      message: `${failedStep(log)} was killed (${exitOfRun(match)}): most likely the task ran out of memory`,
      hint: `give it more: ${asked.moreMemory}; or see what in that RUN sends SIGKILL`,
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
    say: ({ asked }) => ({
      category: 'platform',
      message: "the task's disk is full",
      hint: `context, base image and layers share it; give it more: ${asked.moreDisk}`,
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
  {
    when: /error resolving source context: (.*)$/,
    say: ({ match, error }) => {
      const why = match[1] ?? '';
      if (/gzip: invalid header|unexpected EOF|archive\/tar|flate: /.test(error)) {
        return {
          category: 'aws',
          message: `the build context in S3 is not what was uploaded: ${why}`,
          hint: 'run it again: the context is then uploaded anew; if this stays, look at what else writes to the bucket',
        };
      }
      if (/NoSuchKey|NoSuchBucket|StatusCode: 404/.test(error)) {
        return {
          category: 'aws',
          message: 'the build context is no longer in S3',
          hint: "run it again; if this stays, check the bucket's lifecycle rule (contexts/ is kept for 14 days) and that bucket and region are the builder's",
        };
      }
      if (/AccessDenied|StatusCode: 403/.test(error)) {
        return {
          category: 'aws',
          message: 'kaniko may not read the build context from S3',
          hint: "the builder's task role needs s3:GetObject on the bucket's contexts/*, and kms:Decrypt where it has a key of its own",
        };
      }
      return {
        category: 'aws',
        message: 'kaniko could not fetch the build context from S3',
        hint: "check the way to S3 from the builder's subnets, and the region of the bucket",
      };
    },
  },
  {
    when: /error resolving dockerfile path/,
    say: ({ asked }) => ({
      category: 'build',
      message: `there is no ${asked.dockerfile} in the build context`,
      hint: "name it relative to the context: kanikoBuild(..., dockerfile: 'docker/Dockerfile'), and the folder that is sent: context: 'services/shop'",
    }),
  },
  {
    when: /error building image: parsing dockerfile: (?:dockerfile parse error (?:on )?)?(.*)$/,
    say: ({ match, asked }) => ({
      category: 'build',
      message: `${asked.dockerfile} cannot be read: ${match[1]}`,
      hint: 'mend that line of it',
    }),
  },
  {
    when: /error finding target stage: "?([^"]*)"? is not a valid/,
    say: ({ match, asked }) => ({
      category: 'build',
      message: `${asked.dockerfile} has no stage named ${match[1]}`,
      hint: 'target must name a stage: FROM ... AS NAME',
    }),
  },
  {
    when: /failed to get files used from context: (.*)$/,
    say: ({ match }) => {
      const path = /\/kaniko\/buildcontext\/ctx\/(.*?): /.exec(match[1] ?? '')?.[1];
      return {
        category: 'build',
        message:
          path === undefined
            ? `COPY or ADD cannot take its files from the context: ${match[1]}`
            : `COPY or ADD: ${path} is not in the build context`,
        hint: 'check the path (relative to the context, upper and lower case) and whether .dockerignore or the parameter ignore leaves it out',
      };
    },
  },
  {
    when: /error checking push permissions: |error pushing image: /,
    say: ({ error }) => {
      const where = pushedTo(error);
      if (/NAME_UNKNOWN|repository .* (?:does not exist|not found)|\b404\b/i.test(error)) {
        return {
          category: 'registry',
          message: `the repository of ${where} does not exist`,
          hint: 'create it, or name one below the registry of the settings, where they are created by themselves',
        };
      }
      if (/toomanyrequests|429 Too Many Requests/i.test(error)) {
        return {
          category: 'registry',
          message: `the registry takes no more of ${where} at the moment: its rate limit is reached`,
          hint: 'run it again later; fewer builds at once help, or an account of the registry with a higher limit',
        };
      }
      if (/TAG_INVALID|immutable/i.test(error)) {
        return {
          category: 'registry',
          message: `${where} exists already, and its tags are immutable`,
          hint: 'give the image another tag',
        };
      }
      // A registry that answers says more than the way to it: 401 before "dial tcp" of the other scheme.
      if (REFUSED.test(error)) {
        return {
          category: 'registry',
          message: `the registry does not let the build push ${where}`,
          hint: "for ECR: the builder's task role needs the push actions on that repository; for others: kanikoBuild(..., registryCredentials: ['HOST': 'SECRET'])",
        };
      }
      return UNREACHABLE.test(error)
        ? { category: 'registry', message: `the registry of ${where} cannot be reached`, hint: NETWORK_HINT }
        : {
            category: 'registry',
            message: `the registry did not take ${where}`,
            hint: 'the evidence is what it answered; a passing failure of the registry is gone when run again',
          };
    },
  },
  {
    when: /MANIFEST_UNKNOWN|manifest unknown|manifest for .* not found/i,
    say: (facts) => ({
      category: 'build',
      message: `there is no base image ${baseImage(facts)}`,
      hint: 'check its name and tag after FROM',
    }),
  },
  {
    when: /no matching platform|no child with platform/i,
    say: (facts) => ({
      category: 'build',
      message: `the base image ${baseImage(facts)} does not exist for this platform`,
      hint: "choose one that does, or kanikoBuild(..., platform: 'linux/arm64') or 'linux/amd64'",
    }),
  },
  {
    when: /(?:GET|HEAD) https?:\/\/\S+\/v2\/.*(?:UNAUTHORIZED|DENIED|NAME_UNKNOWN|unexpected status code 40[134])/,
    say: (facts) => ({
      category: 'registry',
      message: `the registry does not let the build pull ${baseImage(facts)}: there is no such image, or it is private`,
      hint: `check its name after FROM; for a private one: kanikoBuild(..., registryCredentials: ['HOST': 'SECRET'])`,
    }),
  },
  {
    when: /last error: (?:Get|Head) "https?:\/\//,
    say: (facts) => ({
      category: 'registry',
      message: UNREACHABLE.test(facts.error)
        ? `the registry of the base image ${baseImage(facts)} cannot be reached`
        : `the base image ${baseImage(facts)} could not be pulled`,
      hint: NETWORK_HINT,
    }),
  },
  {
    when: /^(?:error building image: )?(?:error building stage: )?(.*)$/s,
    say: ({ match, log }) => ({
      category: 'build',
      message:
        log.step === '' ? `the build failed: ${match[1]}` : `the build failed at ${failedStep(log)}: ${match[1]}`,
      hint: "the evidence is kaniko's own last word; verbose: true shows all of its log",
    }),
  },
];

/** Words the error that ended kaniko. */
export function explainError(error: string, log: BuildLog, asked: RequestedBuild): FailureWording {
  for (const { when, because, say } of CAUSES) {
    const match = when.exec(error);
    if (match === null || (because && !log.tail.some((line) => because.test(line)))) continue;
    const wording = say({ error, log, asked, match });
    return { evidence: [error], ...wording };
  }
  return { category: 'build', message: 'the build failed', hint: '', evidence: [error] };
}
