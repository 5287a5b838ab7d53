import type { LayerCache } from './cache/layer-cache.ts';
import type { StageVariables } from './dockerfile/stage-variables.ts';
import type { ExecutorFlags } from './executor-flags.ts';
import type { IsIgnored } from './files/dockerignore.ts';
import type { BaseImages } from './registry/base-images.ts';
import type { SourceOf } from './stages/planned-stage.ts';

/** What all stages of one build share. */
export interface Build {
  /** The context's folder. */
  readonly folder: string;
  readonly flags: ExecutorFlags;
  /** The feature flags that are on, without `FF_KANIKO_`. */
  readonly active: ReadonlySet<string>;
  readonly bases: BaseImages;
  readonly layers: LayerCache;
  readonly isIgnored: IsIgnored;
  readonly sourceOf: SourceOf;
  /** Makes the variables with which a stage begins. */
  readonly newVariables: () => StageVariables;
  /** The last cache key of each stage, by its index. */
  readonly finalKeys: Map<number, string>;
  /** The digests of images that are copied from, by their names in the Dockerfile. */
  readonly digests: Map<string, string>;
  /** Names in the engine: of built stages by their index, of images that are copied from by their names. */
  readonly images: Map<string, string>;
  /** Names of images that the engine is to forget when the build ends. */
  readonly temporary: string[];
}
