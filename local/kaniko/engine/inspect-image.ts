import { isJsonObject, type JsonObject, objectIn, stringList } from '../../json-object.ts';
import type { ImageConfig } from '../dockerfile/stage-variables.ts';
import { dockerOrFail } from './docker.ts';

/** The configuration of an image that the engine has. Names are those of the image format. */
export interface EngineConfig extends ImageConfig {
  readonly OnBuild: readonly string[];
  readonly Entrypoint: readonly string[];
  readonly Cmd: readonly string[];
}

export interface InspectedImage {
  readonly config: EngineConfig;
  /** The configuration as the engine printed it. */
  readonly json: JsonObject;
  /** The ids of its layers. */
  readonly layers: readonly string[];
  /** `repository@digest` in each registry that has it. */
  readonly digests: readonly string[];
}

/**
 * Asks the engine for an image's configuration.
 * @throws KanikoError where it has no such image
 */
export async function inspectImage(image: string): Promise<InspectedImage> {
  const format = '{"Config":{{json .Config}},"Layers":{{json .RootFS.Layers}},"Digests":{{json .RepoDigests}}}';
  const answer: unknown = JSON.parse(await dockerOrFail(['image', 'inspect', '--format', format, image]));
  if (!isJsonObject(answer)) throw new Error(`docker image inspect ${image} printed no JSON object`);
  const json = objectIn(answer, 'Config');
  return {
    config: readConfig(json),
    json,
    layers: stringList(answer.Layers) ?? [],
    digests: stringList(answer.Digests) ?? [],
  };
}

function readConfig(json: JsonObject): EngineConfig {
  return {
    Env: stringList(json.Env),
    WorkingDir: typeof json.WorkingDir === 'string' ? json.WorkingDir : '',
    User: typeof json.User === 'string' ? json.User : '',
    Shell: stringList(json.Shell),
    OnBuild: stringList(json.OnBuild) ?? [],
    Entrypoint: stringList(json.Entrypoint) ?? [],
    Cmd: stringList(json.Cmd) ?? [],
  };
}
