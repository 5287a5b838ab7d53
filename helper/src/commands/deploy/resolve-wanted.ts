import { isAccessDenied } from '../../aws/errors.ts';
import { isSsmParameter, resolveSecret } from '../../aws/stored-secrets.ts';
import { Failure } from '../../failure.ts';
import type { DeployParameters } from '../../parameters/deploy-parameters.ts';
import { destinationOf } from '../../registry/destinations.ts';
import { isDockerHub } from '../../registry/docker-hub.ts';
import { ecrImage, ecrRegion, isEcr } from '../../registry/ecr.ts';
import {
  formatReference,
  type ImageReference,
  parseReference,
  splitReference,
} from '../../registry/image-reference.ts';
import type { ImageChoice } from '../../service/definition/choose-image.ts';
import type { WantedService } from '../../service/wanted-service.ts';
import type { DeploySettings } from '../../settings/required-settings.ts';
import type { World } from '../../world.ts';

type ResolverWorld = Pick<World, 'aws' | 'signal' | 'env' | 'report'>;

/**
 * Resolves the names in parameters and settings: images to digests, secrets to references that ECS takes.
 * @param presentImage the service's image, which stays where no other one is chosen
 * @throws Failure `usage` or `registry` for a name of something that does not exist
 */
export async function resolveWanted(
  world: ResolverWorld,
  params: DeployParameters,
  settings: DeploySettings,
  choice: ImageChoice,
  presentImage: string | undefined,
): Promise<WantedService> {
  const image = choice.kind === 'take' ? await resolveImage(world, choice.reference, settings.registry) : undefined;
  const secrets: Record<string, string> = {};
  for (const [variable, name] of Object.entries(params.secrets)) secrets[variable] = await resolveSecret(world, name);
  const { perService } = settings;
  const [first, ...others] = params.container ?? [];
  return {
    prefix: settings.prefix,
    region: settings.region,
    cluster: settings.cluster,
    service: params.service,
    image: image && formatReference(image),
    movingTag: image !== undefined && image.digest === undefined,
    container: first,
    further: others,
    port: params.port,
    command: params.command,
    env: params.env,
    secrets,
    pullSecret: await findPullSecret(world, params.registryCredentials, image?.registry ?? hostOf(presentImage)),
    cpu: params.cpu,
    memory: params.memory,
    count: params.count,
    spot: params.spot,
    healthCheckGrace: params.healthCheckGrace,
    minimumHealthy: params.minimumHealthy,
    maximumHealthy: params.maximumHealthy,
    rollback: params.rollback,
    explicit: {
      targetGroup: params.targetGroup ?? perService.targetGroup,
      subnets: params.subnets,
      securityGroups: params.securityGroups ?? perService.securityGroups,
      publicIp: params.publicIp,
      executionRole: params.executionRole,
      taskRole: params.taskRole ?? perService.taskRole,
      logGroup: perService.logGroup,
    },
    defaults: {
      targetGroup: undefined,
      subnets: settings.appSubnets,
      securityGroups: settings.appSecurityGroups,
      publicIp: settings.appPublicIp,
      executionRole: settings.appExecutionRole,
      taskRole: settings.appTaskRole,
      logGroup: settings.appLogGroup,
    },
  };
}

/** Replaces an ECR tag by its present digest: so a rollback is exact, and a tag that was moved counts as a change. */
async function resolveImage(world: ResolverWorld, name: string, registry: string | undefined): Promise<ImageReference> {
  const image = withRegistry(name, registry);
  if (image.digest !== undefined) return { ...image, tag: undefined };
  // Our ECR client reads its own region only. An ECR registry in another region is treated like any other registry.
  const region = ecrRegion(image.registry) ?? world.aws.region;
  if (!isEcr(image.registry, world.env) || region !== world.aws.region) return { ...image, tag: image.tag ?? 'latest' };
  const digest = (await readEcrImage(world, image))?.digest;
  if (digest !== undefined) return { ...image, tag: undefined, digest };
  throw new Failure(
    'registry',
    `there is no image ${formatReference({ ...image, tag: image.tag ?? 'latest' })} in ECR`,
    {
      hint: 'check its name and tag, and that it was pushed: aws ecr describe-images shows what there is',
    },
  );
}

/** Reads an image from ECR. Where that is denied, the hint says that an image named by its digest needs no reading. */
async function readEcrImage(world: ResolverWorld, image: ImageReference) {
  try {
    return await ecrImage(world, image);
  } catch (error) {
    if (!(error instanceof Failure) || !isAccessDenied(error.cause)) throw error;
    throw new Failure('aws', error.message, {
      hint: `let this process's role call ecr:DescribeImages on the repository ${image.repository} (the caller policy covers those of the builder), or name the image by its digest`,
      evidence: error.evidence,
      cause: error.cause,
    });
  }
}

/** An image without a registry host is looked for in the settings' registry, as a build does. */
function withRegistry(name: string, registry: string | undefined): ImageReference {
  const { registry: host, digest } = splitReference(name);
  if (host) return parseReference(name);
  if (registry !== undefined)
    return parseReference(formatReference({ ...destinationOf(name, registry, undefined), digest }));
  throw new Failure('usage', `image "${name}" names no registry, and there is no setting registry to take it from`, {
    hint: `write the registry's host before it (docker.io/library/${name}), or set FARGATE_CI_REGISTRY`,
  });
}

/** The registry from which ECS pulls an image: Docker Hub where the name has no host. */
const hostOf = (image: string | undefined): string | undefined =>
  image === undefined ? undefined : splitReference(image).registry || 'docker.io';

/** The ARN of the secret with the credentials for the image's registry; undefined where none was given for it. */
async function findPullSecret(
  world: ResolverWorld,
  credentials: Readonly<Record<string, string>>,
  registry: string | undefined,
): Promise<string | undefined> {
  if (registry === undefined) return undefined;
  const found = Object.entries(credentials).find(
    ([host]) => host === registry || (isDockerHub(host) && isDockerHub(registry)),
  );
  if (found === undefined) {
    const others = Object.keys(credentials).join(', ');
    if (others)
      world.report({ type: 'warning', text: `registryCredentials is for ${others}, the image is in ${registry}` });
    return undefined;
  }
  const [host, name] = found;
  if (isSsmParameter(name)) {
    throw new Failure('usage', `registryCredentials for ${host} names the SSM parameter ${name}`, {
      hint: 'ECS reads these from Secrets Manager only: create a secret there, JSON with username and password',
    });
  }
  return resolveSecret(world, name);
}
