import { isAccessDenied } from '../../aws/errors.ts';
import { isSsmParameter, resolveSecret } from '../../aws/secret-references.ts';
import { Failure } from '../../failure.ts';
import type { DeployParameters } from '../../parameters/deploy-parameters.ts';
import { destinationOf } from '../../registry/destinations.ts';
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

type Reader = Pick<World, 'aws' | 'signal' | 'env' | 'report'>;

/**
 * Resolves parameters and settings to what is wanted: images to digests, secrets to what ECS takes.
 * @param kept the image that stays where none is chosen
 * @throws Failure `usage` or `registry` for a name that leads nowhere
 */
export async function resolveWanted(
  world: Reader,
  params: DeployParameters,
  settings: DeploySettings,
  choice: ImageChoice,
  kept: string | undefined,
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
    pullSecret: await pullSecret(world, params.registryCredentials, image?.registry ?? hostOf(kept)),
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

/** A tag of ECR becomes the digest that it stands for now, so that a rollback is exact and a moved tag is a change. */
async function resolveImage(world: Reader, name: string, registry: string | undefined): Promise<ImageReference> {
  const image = located(name, registry);
  if (image.digest !== undefined) return { ...image, tag: undefined };
  // The client asks in its own region; what is in another one is like any other registry.
  const region = ecrRegion(image.registry) ?? world.aws.region;
  if (!isEcr(image.registry, world.env) || region !== world.aws.region) return { ...image, tag: image.tag ?? 'latest' };
  const digest = (await heldImage(world, image))?.digest;
  if (digest !== undefined) return { ...image, tag: undefined, digest };
  throw new Failure(
    'registry',
    `there is no image ${formatReference({ ...image, tag: image.tag ?? 'latest' })} in ECR`,
    {
      hint: 'check its name and tag, and that it was pushed: aws ecr describe-images shows what there is',
    },
  );
}

/** Who may not look a tag up can still name a digest. */
async function heldImage(world: Reader, image: ImageReference) {
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

/** An image without a host is in the settings' registry, as for a build. */
function located(name: string, registry: string | undefined): ImageReference {
  const { registry: host, digest } = splitReference(name);
  if (host) return parseReference(name);
  if (registry !== undefined)
    return parseReference(formatReference({ ...destinationOf(name, registry, undefined), digest }));
  throw new Failure('usage', `image "${name}" names no registry, and there is no setting registry to take it from`, {
    hint: `write the registry's host before it (docker.io/library/${name}), or set FARGATE_CI_REGISTRY`,
  });
}

/** As ECS reads an image's name: without a host it is Docker Hub's. */
const hostOf = (image: string | undefined): string | undefined =>
  image === undefined ? undefined : splitReference(image).registry || 'docker.io';

const DOCKER_HUB = ['docker.io', 'index.docker.io', 'registry-1.docker.io'];

/** The ARN of the secret for the image's own registry; entries for other registries are of no use here. */
async function pullSecret(
  world: Reader,
  credentials: Readonly<Record<string, string>>,
  registry: string | undefined,
): Promise<string | undefined> {
  if (registry === undefined) return undefined;
  const hosts = DOCKER_HUB.includes(registry) ? DOCKER_HUB : [registry];
  const found = Object.entries(credentials).find(([host]) => hosts.includes(host));
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
