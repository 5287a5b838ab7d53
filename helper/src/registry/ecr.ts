import { CreateRepositoryCommand, DescribeImagesCommand, DescribeRepositoriesCommand } from '@aws-sdk/client-ecr';
import { awsErrorFacts, awsFailure, isAccessDenied } from '../aws/errors.ts';
import { Failure } from '../failure.ts';
import type { World } from '../world.ts';
import type { ImageReference } from './image-reference.ts';

const ECR_HOST = /^(\d{12})\.dkr\.ecr(?:-fips)?\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/;

/**
 * True where a registry's host speaks ECR's API: Amazon's own hosts, and a stand-in's, which serves registry and API
 * on one port.
 */
export function isEcr(registry: string, env: World['env']): boolean {
  if (ECR_HOST.test(registry)) return true;
  const endpoint = env.AWS_ENDPOINT_URL_ECR ?? env.AWS_ENDPOINT_URL;
  return endpoint !== undefined && URL.canParse(endpoint) && new URL(endpoint).host === registry;
}

/** The region in an ECR host; undefined for any other. */
export const ecrRegion = (registry: string): string | undefined => ECR_HOST.exec(registry)?.[2];

/** The account in an ECR host; undefined for a stand-in's, whose one account goes without saying. */
const accountOf = (registry: string): { registryId?: string } => {
  const account = ECR_HOST.exec(registry)?.[1];
  return account === undefined ? {} : { registryId: account };
};

type EcrWorld = Pick<World, 'aws' | 'signal' | 'report'>;

/** Whose repositories come into being by themselves, and how. */
export interface RepositoryPolicy {
  /** Where the builder's own repositories are, each a registry's host and path: `HOST/fargate-ci`. */
  namespaces: readonly string[];
  /**
   * ECR makes them itself at the first push, with the settings of the builder stack's creation template, which do not
   * apply to CreateRepository (https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates.html).
   */
  createOnPush: boolean;
}

/**
 * Sees to it that an ECR repository is there when a build pushes to it: one of the namespace comes into being on first
 * use.
 * @returns whether it was there before
 * @throws Failure `registry` where a repository outside the namespace is missing
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
      new DescribeRepositoriesCommand({ ...accountOf(registry), repositoryNames: [repository] }),
      options,
    );
    return true;
  } catch (error) {
    // Without the right to look, the push itself will tell.
    if (isAccessDenied(error)) return true;
    if (awsErrorFacts(error).code !== 'RepositoryNotFoundException') {
      throw awsFailure(error, `look up the ECR repository ${repository}`);
    }
  }
  if (!isWithin(image, namespaces)) {
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
        ...accountOf(registry),
        repositoryName: repository,
        imageTagMutability: 'MUTABLE',
      }),
      { abortSignal: world.signal },
    );
    world.report({ type: 'repository-created', repository: `${registry}/${repository}`, by: 'helper' });
  } catch (error) {
    // Another build was first, or our own repeated call.
    if (awsErrorFacts(error).code === 'RepositoryAlreadyExistsException') return;
    // Where the answers themselves are lost or cut, only a look tells.
    const find = new DescribeRepositoriesCommand({ ...accountOf(registry), repositoryNames: [repository] });
    const found = await world.aws.ecr.send(find, { abortSignal: world.signal }).catch(() => undefined);
    if (!found?.repositories?.length) {
      throw awsFailure(error, `create the ECR repository ${repository}`);
    }
  }
}

const isWithin = ({ registry, repository }: ImageReference, namespaces: readonly string[]): boolean =>
  namespaces.some((one) => `${registry}/${repository}`.startsWith(`${one}/`));

/** An image as ECR has it. */
export interface HeldImage {
  digest: string;
  /** When it was first pushed, in milliseconds since the epoch; 0 where ECR does not say. */
  pushedAt: number;
}

/**
 * The image that ECR holds under a tag or digest, asked from the registry itself and not from any log.
 * @returns undefined where there is no such image
 * @throws Failure `aws` where ECR refuses or fails
 */
export async function ecrImage(
  world: Pick<World, 'aws' | 'signal'>,
  image: ImageReference,
): Promise<HeldImage | undefined> {
  const wanted = image.digest === undefined ? { imageTag: image.tag ?? 'latest' } : { imageDigest: image.digest };
  try {
    const found = await world.aws.ecr.send(
      new DescribeImagesCommand({
        ...accountOf(image.registry),
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
