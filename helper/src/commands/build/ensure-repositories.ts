import { ensureRepository, isEcr } from '../../registry/ecr.ts';
import type { World } from '../../world.ts';
import type { PreparedBuild } from './prepare-build.ts';

/**
 * Makes sure that the ECR repositories exist that this build pushes to: those of the images and that of the cache.
 * @returns true where the cache's repository existed before, or where its registry is not ECR and cannot say
 */
export async function ensureRepositories(
  world: World,
  { params, settings, destinations, cache }: PreparedBuild,
): Promise<boolean> {
  const policy = { namespaces: [settings.registry, settings.cacheRegistry], createOnPush: settings.createOnPush };
  const pushedTo = [...(params.push ? destinations : []), ...(cache ? [cache] : [])];
  const repositories = new Map(pushedTo.map((image) => [`${image.registry}/${image.repository}`, image]));
  let cacheExisted = true;
  for (const image of repositories.values()) {
    if (!isEcr(image.registry, world.env)) continue;
    const existed = await ensureRepository(world, image, policy);
    if (image === cache) cacheExisted = existed;
  }
  return cacheExisted;
}
