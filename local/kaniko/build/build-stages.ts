import type { Build } from '../build.ts';
import { findNeededStages } from '../cache/cache-lookahead.ts';
import { findCachedLayers } from '../cache/find-cached-layers.ts';
import { LayerCache } from '../cache/layer-cache.ts';
import { startOfStage } from '../cache/start-of-stage.ts';
import { readBuildArgs } from '../dockerfile/build-args.ts';
import { parseDockerfile } from '../dockerfile/parse-dockerfile.ts';
import type { StageVariables } from '../dockerfile/stage-variables.ts';
import { copyOutOfImage } from '../engine/image-files.ts';
import { copiesFolder } from '../files/copied-files.ts';
import { readDockerignore } from '../files/dockerignore.ts';
import { info } from '../kaniko-log.ts';
import { BaseImages } from '../registry/base-images.ts';
import { crossStageFiles } from '../stages/cross-stage-files.ts';
import { planStages } from '../stages/plan-stages.ts';
import { isStage } from '../stages/planned-stage.ts';
import { buildStage } from './build-stage.ts';

/**
 * Builds a Dockerfile, stage by stage.
 * @param dockerfile its text
 * @throws KanikoError in kaniko's words
 */
export async function buildStages(
  dockerfile: string,
  { folder, flags, active, temporary }: Pick<Build, 'folder' | 'flags' | 'active' | 'temporary'>,
): Promise<void> {
  const { globals, stages } = parseDockerfile(dockerfile);
  const buildArgs = readBuildArgs(flags, globals);
  const bases = new BaseImages(flags.registryMap, flags.platform);
  const triggersOf = async (image: string) => (await bases.get(image)).triggers;
  const plan = await planStages(stages, flags.target, buildArgs.globals, triggersOf);
  const build: Build = {
    ...{ folder, flags, active, temporary, bases, sourceOf: plan.sourceOf, newVariables: buildArgs.newVariables },
    layers: new LayerCache(flags.cacheRepo),
    isIgnored: readDockerignore(folder, flags.dockerfile, active.has('SCOPED_DOCKERIGNORE')),
    ...{ finalKeys: new Map(), digests: new Map(), images: new Map() },
  };
  const wanted = await crossStageFiles(plan.stages, build);
  for (const image of wanted.keys()) {
    if (isStage(image)) continue;
    const { name, digest } = await bases.get(image);
    build.digests.set(image, digest);
    build.images.set(image, name);
  }
  const looksAhead = flags.cache && active.has('CACHE_LOOKAHEAD');
  const needed = looksAhead ? await findNeededStages(plan.stages, build) : plan.stages;

  for (const [image, name] of build.images) await copyOutOfImage(name, wanted.get(image) ?? [], copiesFolder(image));
  const after = new Map<number, StageVariables>();
  for (const stage of needed) {
    const { key, variables } = await startOfStage(stage, build, after);
    info(`Building stage '${stage.base}' [idx: '${stage.index}', base-idx: '${stage.baseIndex}']`);
    const found = await findCachedLayers(stage, build, key, variables.clone(), { hasFiles: true });
    const image = await buildStage(stage, build, found, variables);
    build.images.set(String(stage.index), image);
    build.finalKeys.set(stage.index, found.finalKey);
    after.set(stage.index, variables);
    if (stage.push) return;
    const files = wanted.get(String(stage.index)) ?? [];
    for (const file of files) info(`Saving file ${file.replace(/^\//, '')} for later use`);
    await copyOutOfImage(image, files, copiesFolder(String(stage.index)));
    info('Deleting filesystem...');
  }
}
