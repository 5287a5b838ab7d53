import type { ErrorFacts, KnownError } from './error-facts.ts';

const UNREACHABLE =
  /dial tcp|no such host|connection refused|connection reset|i\/o timeout|TLS handshake|x509|network is unreachable|server gave HTTP response/i;
const REFUSED = /unauthorized|denied|\b40[13]\b|authentication required|no basic auth credentials|not authorized/i;
const NETWORK_HINT =
  "check the registry's name, and the way there from the builder's subnets: a public IP or NAT, security groups, VPC endpoints";

/** The host of the registry that a failed pull addressed, as registryCredentials names it. */
function pulledFrom({ error }: ErrorFacts): string {
  const host = /https?:\/\/([^/\s]+)\/v2\//.exec(error)?.[1] ?? 'docker.io';
  return /(?:^|\.)docker\.(?:io|com)$/.test(host) ? 'docker.io' : host;
}

/** The destination that an error of the push names. */
function pushedTo(error: string): string {
  return (
    /(?:push permission for "([^"]+)"|failed to push to destination (\S+?):? )/.exec(error)?.slice(1).find(Boolean) ??
    'the registry'
  );
}

/** The base image that an error of the pull is about: kaniko's log names it best, else the URL in the error. */
function baseImage({ error, log }: ErrorFacts): string {
  const [, host, repository, tag] = /https?:\/\/([^/]+)\/v2\/(.+)\/manifests\/([^:\s]+)/.exec(error) ?? [];
  if (log.baseImage) return log.baseImage;
  return host === undefined ? 'the base image' : `${host}/${repository}:${tag}`;
}

/** A registry that limits pulls: kaniko says so in many forms, so this comes before all other errors. */
export const PULL_LIMIT: KnownError = {
  when: /^(?!.*error (?:pushing image|checking push permissions)).*(?:toomanyrequests|pull rate limit|429 Too Many Requests)/i,
  say: (facts) => {
    const host = pulledFrom(facts);
    return {
      category: 'registry',
      message: `${host === 'docker.io' ? "Docker Hub's" : `${host}'s`} pull limit is reached: it does not give ${baseImage(facts)} at the moment`,
      hint: `pull as a user: kanikoBuild(..., registryCredentials: ['${host}': 'fargate-ci/build/pull']), through a mirror: kanikoArgs: ['--registry-mirror=HOST'], or from a copy in ECR`,
    };
  },
};

/** Errors of the push, also those of kaniko's check before the build. */
export const PUSH_ERROR: KnownError = {
  when: /error checking push permissions: |error pushing image: /,
  say: ({ error }) => {
    const destination = pushedTo(error);
    if (/NAME_UNKNOWN|repository .* (?:does not exist|not found)|\b404\b/i.test(error)) {
      return {
        category: 'registry',
        message: `the repository of ${destination} does not exist`,
        hint: 'create it, or name one below the registry of the settings, where they are created by themselves',
      };
    }
    if (/toomanyrequests|429 Too Many Requests/i.test(error)) {
      return {
        category: 'registry',
        message: `the registry takes no more of ${destination} at the moment: its rate limit is reached`,
        hint: 'run it again later; fewer builds at once help, or an account of the registry with a higher limit',
      };
    }
    if (/TAG_INVALID|immutable/i.test(error)) {
      return {
        category: 'registry',
        message: `${destination} exists already, and its tags are immutable`,
        hint: 'give the image another tag',
      };
    }
    // An answer such as 401 says more than a failed connection: kaniko tries http after https and may report both.
    if (REFUSED.test(error)) {
      return {
        category: 'registry',
        message: `the registry does not let the build push ${destination}`,
        hint: "for ECR: the builder's task role needs the push actions on that repository; for others: kanikoBuild(..., registryCredentials: ['HOST': 'SECRET'])",
      };
    }
    return UNREACHABLE.test(error)
      ? { category: 'registry', message: `the registry of ${destination} cannot be reached`, hint: NETWORK_HINT }
      : {
          category: 'registry',
          message: `the registry did not take ${destination}`,
          hint: 'the evidence is what it answered; a passing failure of the registry is gone when run again',
        };
  },
};

/** Base images that cannot be pulled. */
export const PULL_ERRORS: readonly KnownError[] = [
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
];
