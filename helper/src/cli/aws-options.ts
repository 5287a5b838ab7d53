import { memoize } from '@smithy/core/config';
import type { AwsCredentialIdentityProvider } from '@smithy/types';
import type { AwsOptions } from '../aws/client-config.ts';
import { Failure } from '../failure.ts';
import type { Mask } from '../secrets/mask.ts';
import type { Sources } from '../settings/resolve.ts';
import { readStoredSettings } from '../settings/stored-settings.ts';
import type { Aws, World } from '../world.ts';
import type { Host } from './host.ts';

/** Parameters that say where AWS is. */
export interface Where {
  readonly prefix: string | undefined;
  readonly region: string | undefined;
  readonly cluster: string | undefined;
  readonly role: string | undefined;
}

async function findRegion(where: Where, host: Host): Promise<string> {
  const { env } = host;
  const region =
    where.region || env.FARGATE_CI_REGION || env.AWS_REGION || env.AWS_DEFAULT_REGION || (await host.profileRegion());
  if (region && /^[a-z0-9-]+$/.test(region)) return region;
  if (region) {
    throw new Failure('usage', `${JSON.stringify(region)} is not an AWS region`, {
      hint: 'write it as in ap-southeast-2; it comes from the parameter region, FARGATE_CI_REGION, AWS_REGION or AWS_DEFAULT_REGION',
    });
  }
  throw new Failure('usage', 'no AWS region is set', {
    hint: "give one: the parameter region, FARGATE_CI_REGION or AWS_REGION in the environment, or the AWS profile's",
    evidence: ['looked for in parameter region, FARGATE_CI_REGION, AWS_REGION, AWS_DEFAULT_REGION, the AWS profile'],
  });
}

/**
 * Which AWS the parameters and the environment name.
 * @param mask is told of all credentials that are used
 * @throws Failure `usage` where there is no region
 */
export async function awsOptions(where: Where, host: Host, mask: Mask): Promise<AwsOptions> {
  const region = await findRegion(where, host);
  const role = where.role || host.env.FARGATE_CI_ROLE;
  const endpoint = host.env.AWS_ENDPOINT_URL;
  const assumed = role
    ? (await import('../aws/assume-role.ts')).assumedRole({
        role,
        sessionName: sessionName(host.env),
        credentials: hidden(host.credentials, mask),
        region,
        endpoint,
      })
    : host.credentials;
  const credentials = hidden(assumed, mask);
  return { region, credentials: renewed(credentials, host), endpoint, clock: host.clock };
}

/** Shorter keys are a stand-in's: `test`. AWS' have 20 characters and more. */
const SHORTEST_KEY = 16;

/** Credentials never show, wherever they come from. */
const hidden =
  (provider: AwsCredentialIdentityProvider, mask: Mask): AwsCredentialIdentityProvider =>
  async (...given) => {
    const found = await provider(...given);
    const keys = [found.accessKeyId, found.secretAccessKey, found.sessionToken ?? ''];
    mask.add(keys.filter((key) => key.length >= SHORTEST_KEY));
    return found;
  };

/** Credentials that expire within so many milliseconds are renewed before they are used. */
const RENEWAL_MS = 300_000;

/** One set of credentials for all clients: each would ask for its own, and assume the role once more. */
function renewed(provider: AwsCredentialIdentityProvider, { clock }: Host): AwsCredentialIdentityProvider {
  return memoize(
    () => provider(),
    ({ expiration }) => expiration !== undefined && expiration.getTime() - clock.now() < RENEWAL_MS,
    ({ expiration }) => expiration !== undefined,
  );
}

/** A name that CloudTrail shows: the build's, as far as the role session's alphabet goes. */
const sessionName = (env: Host['env']): string =>
  `fargate-ci-${env.BUILD_TAG ?? 'cli'}`.replace(/[^\w+=,.@-]/g, '-').slice(0, 64);

/** Collects the places where settings are looked for; reads SSM once. */
export async function readSources(
  world: Pick<World, 'env' | 'signal'> & { aws: Pick<Aws, 'ssm'> },
  where: Where,
): Promise<Sources> {
  const prefix = where.prefix || world.env.FARGATE_CI_PREFIX || 'fargate-ci';
  if (!/^[A-Za-z0-9_.-]+$/.test(prefix)) {
    throw new Failure('usage', `${JSON.stringify(prefix)} is not a prefix`, {
      hint: 'the prefix is the one that infrastructure/builder.yaml was deployed with, without slashes, for instance fargate-ci (parameter prefix, or FARGATE_CI_PREFIX)',
    });
  }
  const stored = await readStoredSettings(world, prefix);
  return {
    prefix,
    parameters: { cluster: where.cluster },
    env: world.env,
    ssm: stored.values,
    ssmProblem: stored.problem,
  };
}
