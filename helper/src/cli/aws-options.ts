import { memoize } from '@smithy/core/config';
import type { AwsCredentialIdentityProvider } from '@smithy/types';
import type { AwsOptions } from '../aws/client-config.ts';
import { Failure } from '../failure.ts';
import type { Mask } from '../secrets/mask.ts';
import type { SettingSources } from '../settings/resolve-settings.ts';
import { readStoredSettings } from '../settings/stored-settings.ts';
import type { Aws, World } from '../world.ts';
import type { HostProcess } from './host-process.ts';

/** The parameters that say which AWS account, region and cluster a command works with. */
export interface AwsParameters {
  readonly prefix: string | undefined;
  readonly region: string | undefined;
  readonly cluster: string | undefined;
  readonly role: string | undefined;
}

async function findRegion(parameters: AwsParameters, host: HostProcess): Promise<string> {
  const { env } = host;
  const region =
    parameters.region ||
    env.FARGATE_CI_REGION ||
    env.AWS_REGION ||
    env.AWS_DEFAULT_REGION ||
    (await host.profileRegion());
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
 * Finds the region and the credentials that the parameters and the environment name.
 * @param mask gets all credentials that are used
 * @throws Failure `usage` where there is no region
 */
export async function awsOptions(parameters: AwsParameters, host: HostProcess, mask: Mask): Promise<AwsOptions> {
  const region = await findRegion(parameters, host);
  const role = parameters.role || host.env.FARGATE_CI_ROLE;
  const endpoint = host.env.AWS_ENDPOINT_URL;
  const assumed = role
    ? (await import('../aws/assume-role.ts')).assumedRole({
        role,
        sessionName: sessionName(host.env),
        credentials: masked(host.credentials, mask),
        region,
        endpoint,
      })
    : host.credentials;
  const credentials = cached(masked(assumed, mask), host);
  return { region, credentials, endpoint, clock: host.clock };
}

/** Keys of AWS have 20 characters and more. Shorter ones are those of a stand-in for AWS: `test`. Characters. */
const SHORTEST_KEY = 16;

/** Tells the mask all credentials of a provider, so that no output shows them. */
const masked =
  (provider: AwsCredentialIdentityProvider, mask: Mask): AwsCredentialIdentityProvider =>
  async (...properties) => {
    const credentials = await provider(...properties);
    const keys = [credentials.accessKeyId, credentials.secretAccessKey, credentials.sessionToken ?? ''];
    mask.add(keys.filter((key) => key.length >= SHORTEST_KEY));
    return credentials;
  };

/** Credentials are renewed this long before they expire. Milliseconds. */
const RENEWAL_MS = 300_000;

/** Lets all clients share one set of credentials. Otherwise each client asks for its own, and assumes the role once more. */
function cached(provider: AwsCredentialIdentityProvider, { clock }: HostProcess): AwsCredentialIdentityProvider {
  return memoize(
    () => provider(),
    ({ expiration }) => expiration !== undefined && expiration.getTime() - clock.now() < RENEWAL_MS,
    ({ expiration }) => expiration !== undefined,
  );
}

/** The name that CloudTrail shows: that of the build. A character that IAM does not allow in it becomes a dash. */
const sessionName = (env: HostProcess['env']): string =>
  `fargate-ci-${env.BUILD_TAG ?? 'cli'}`.replace(/[^\w+=,.@-]/g, '-').slice(0, 64);

/** Collects the places where settings are looked for. It reads SSM, once. */
export async function readSources(
  world: Pick<World, 'env' | 'signal'> & { aws: Pick<Aws, 'ssm'> },
  parameters: AwsParameters,
): Promise<SettingSources> {
  const prefix = parameters.prefix || world.env.FARGATE_CI_PREFIX || 'fargate-ci';
  if (!/^[A-Za-z0-9_.-]+$/.test(prefix)) {
    throw new Failure('usage', `${JSON.stringify(prefix)} is not a prefix`, {
      hint: 'the prefix is the one that infrastructure/builder.yaml was deployed with, without slashes, for instance fargate-ci (parameter prefix, or FARGATE_CI_PREFIX)',
    });
  }
  const stored = await readStoredSettings(world, prefix);
  return {
    prefix,
    parameters: { cluster: parameters.cluster },
    env: world.env,
    ssm: stored.values,
    ssmProblem: stored.problem,
  };
}
