import { CreateRepositoryCommand, DescribeImagesCommand, DescribeRepositoriesCommand } from '@aws-sdk/client-ecr';
import { awsErrorFacts, awsFailure, isAccessDenied } from '../aws/errors.ts';
import { Failure } from '../failure.ts';
import type { World } from '../world.ts';
import type { ImageReference } from './image-reference.ts';

const ECR_HOST = /^(\d{12})\.dkr\.ecr(?:-fips)?\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/;

/**
 * True where the host of a registry answers ECR's API, too: Amazon's hosts, and the host of a stand-in for AWS, which serves
 * registry and API on one port.
 */
export function isEcr(registry: string, env: World['env']): boolean {
  if (ECR_HOST.test(registry)) return true;
  const endpoint = env.AWS_ENDPOINT_URL_ECR ?? env.AWS_ENDPOINT_URL;
  return endpoint !== undefined && URL.canParse(endpoint) && new URL(endpoint).host === registry;
}

/** The region that an ECR host names; undefined for any other host. */
export const ecrRegion = (registry: string): string | undefined => ECR_HOST.exec(registry)?.[2];

/** The account that an ECR host names, as a request's field. A stand-in's host names none: it has one account only. */
export const registryIdOf = (registry: string): { registryId?: string } => {
  const account = ECR_HOST.exec(registry)?.[1];
  return account === undefined ? {} : { registryId: account };
};

type EcrWorld = Pick<World, 'aws' | 'signal' | 'report'>;

/** Which missing repositories are created by themselves, and by whom. */
interface RepositoryPolicy {
  /** A repository below one of these is created when it is missing; each is a host and a path: `HOST/fargate-ci`. */
  namespaces: readonly string[];
  /**
   * True where ECR itself creates them at the first push, with the settings of the builder stack's creation template. Those
   * settings do not apply to CreateRepository (https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates.html).
   */
  createOnPush: boolean;
}

/**
 * Makes sure that an ECR repository exists before a build pushes to it. A missing one is created where the policy allows it.
 * @returns true where it existed already
 * @throws Failure `registry` where a repository is missing that the policy does not create
 */
export async function ensureRepository(
  world: EcrWorld,
  image: ImageReference,
  { namespaces, createOnPush }: RepositoryPolicy,
): Promise<boolean> {
  const { repository, registry } = image;
  const options = { abortSignal: world.signal };
  try {
    await world.aws.ecr.send(
      new DescribeRepositoriesCommand({ ...registryIdOf(registry), repositoryNames: [repository] }),
      options,
    );
    return true;
  } catch (error) {
    // Without the permission to describe repositories we cannot know; the push fails if the repository is missing.
    if (isAccessDenied(error)) return true;
    if (awsErrorFacts(error).code !== 'RepositoryNotFoundException') {
      throw awsFailure(error, `look up the ECR repository ${repository}`);
    }
  }
  if (!isBelowAny(image, namespaces)) {
    throw new Failure('registry', `the ECR repository ${repository} does not exist in ${registry}`, {
      hint: `create it: aws ecr create-repository --region ${ecrRegion(registry) ?? world.aws.region} --repository-name ${repository}; only repositories below ${namespaces.join('/ and ')}/ are created by themselves`,
      evidence: ['RepositoryNotFoundException'],
    });
  }
  if (createOnPush) world.report({ type: 'repository-created', repository: `${registry}/${repository}`, by: 'push' });
  else await createRepository(world, image);
  return false;
}

async function createRepository(world: EcrWorld, { registry, repository }: ImageReference): Promise<void> {
  try {
    await world.aws.ecr.send(
      new CreateRepositoryCommand({
        ...registryIdOf(registry),
        repositoryName: repository,
        imageTagMutability: 'MUTABLE',
      }),
      { abortSignal: world.signal },
    );
    world.report({ type: 'repository-created', repository: `${registry}/${repository}`, by: 'helper' });
  } catch (error) {
    // Another build has created it in the meantime, or an earlier attempt of this very call has.
    if (awsErrorFacts(error).code === 'RepositoryAlreadyExistsException') return;
    // The answer may have been lost after ECR created the repository: look whether it exists.
    const find = new DescribeRepositoriesCommand({ ...registryIdOf(registry), repositoryNames: [repository] });
    const found = await world.aws.ecr.send(find, { abortSignal: world.signal }).catch(() => undefined);
    if (!found?.repositories?.length) {
      throw awsFailure(error, `create the ECR repository ${repository}`);
    }
  }
}

const isBelowAny = ({ registry, repository }: ImageReference, namespaces: readonly string[]): boolean =>
  namespaces.some((one) => `${registry}/${repository}`.startsWith(`${one}/`));

/** An image that ECR stores. */
export interface StoredImage {
  digest: string;
  /** The time of its first push, in milliseconds since the epoch; 0 where ECR gives none. */
  pushedAt: number;
}

/**
 * The image that ECR stores under a tag or digest. ECR itself is asked, because a build's log can be forged.
 * @returns undefined where there is no such image
 * @throws Failure `aws` where ECR refuses or fails
 */
export async function ecrImage(
  world: Pick<World, 'aws' | 'signal'>,
  image: ImageReference,
): Promise<StoredImage | undefined> {
  const wanted = image.digest === undefined ? { imageTag: image.tag ?? 'latest' } : { imageDigest: image.digest };
  try {
    const found = await world.aws.ecr.send(
      new DescribeImagesCommand({
        ...registryIdOf(image.registry),
        repositoryName: image.repository,
        imageIds: [wanted],
      }),
      { abortSignal: world.signal },
    );
    const [detail] = found.imageDetails ?? [];
    if (detail?.imageDigest === undefined) return undefined;
    return { digest: detail.imageDigest, pushedAt: detail.imagePushedAt?.getTime() ?? 0 };
  } catch (error) {
    if (/^(ImageNotFound|RepositoryNotFound)Exception$/.test(awsErrorFacts(error).code)) return undefined;
    throw awsFailure(error, `look up ${image.repository} in ECR`);
  }
}
