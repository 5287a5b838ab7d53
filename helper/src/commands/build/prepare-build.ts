import { randomUUID } from 'node:crypto';
import { CONTEXT_FOLDER, DOCKERFILE_FOLDER } from '../../context/archive-layout.ts';
import type { Listing } from '../../context/entries.ts';
import { credentialWarning, readFileStart } from '../../context/list/credential-files.ts';
import { listContext } from '../../context/list/list-context.ts';
import { executorArguments } from '../../kaniko/executor-arguments.ts';
import { checkOverrideSize, overridesFit } from '../../kaniko/override-size.ts';
import type { BuildParameters } from '../../parameters/build-parameters.ts';
import { cacheRepository, destinationsOf } from '../../registry/destinations.ts';
import { formatReference, type ImageReference } from '../../registry/image-reference.ts';
import type { BuildSettings } from '../../settings/required-settings.ts';
import { defaultTag, readSourceRevision, type SourceRevision } from '../../source/commit.ts';
import { BUILDER_CONTAINER } from '../../task/builder-definition.ts';
import { overridesOf } from '../../task/task-request.ts';
import type { World } from '../../world.ts';
import { hideDockerfileSecrets, hideRemoteSecrets } from './hide-secrets.ts';
import { type StudiedDockerfile, studyDockerfile } from './study-dockerfile.ts';
import { CALL_VARIABLE, contextNames, TIMEOUT_VARIABLE } from './task-identity.ts';

/** Has the length of every context's key: the real key is known only after the context was hashed. */
const EXAMPLE_KEY = `contexts/${'0'.repeat(64)}.tar.gz`;

/** Everything that a build will do, decided and checked before anything is created. */
export interface PreparedBuild {
  readonly params: BuildParameters;
  readonly settings: BuildSettings;
  /** Where the image is pushed to, with tags. */
  readonly destinations: readonly [ImageReference, ...ImageReference[]];
  readonly cache: ImageReference | undefined;
  readonly listing: Listing;
  /** The stages that will be built, and the warnings about them. */
  readonly dockerfile: StudiedDockerfile;
  readonly bucket: string;
  /** Names of the job that this context belongs to, so that only what has changed since its last build is sent. */
  readonly contextNames: readonly string[];
  /** See findBoundary. */
  readonly boundary: string | undefined;
  /** The executor's arguments for a context's key, which is known only after the context was hashed. */
  readonly command: (key: string) => readonly string[];
  /** The variables of the task. */
  readonly environment: Readonly<Record<string, string>>;
  /** True where the overrides have room for these variables, too. */
  readonly hasRoomFor: (variables: Readonly<Record<string, string>>) => boolean;
}

/** Where the files of a build are, as real paths. */
interface BuildContextPlace {
  /** The context's folder. */
  readonly root: string;
  /** The folder that no link may lead out of: see findBoundary. */
  readonly boundary: string | undefined;
}

/**
 * Plans a build: reads the workspace, decides everything, and changes nothing.
 * @throws Failure `usage` or `build` for what cannot be built
 */
export async function prepareBuild(
  world: World,
  params: BuildParameters,
  settings: BuildSettings,
  { root, boundary }: BuildContextPlace,
): Promise<PreparedBuild> {
  await world.enterPhase?.('listing');
  const request = { root, boundary, dockerfile: params.dockerfile, ignore: params.ignore };
  // After a failure, too: the loader stores V8's compiled code at the end, and the next run can use it only with the default flags.
  const { report, clock, signal } = world;
  const listing = await listContext(request, report, clock, signal).finally(() => world.enterPhase?.('listed'));
  const warning = credentialWarning(listing, (path) => readFileStart(listing.root, path));
  if (warning !== undefined) world.report({ type: 'warning', text: warning });
  const dockerfile = studyDockerfile(listing, params, world.report);
  hideDockerfileSecrets(world, listing.dockerfile, dockerfile);
  const source = await readSourceRevision(root, world.env, boundary, (address) => hideRemoteSecrets(world, address));
  const destinations = destinationsOf(params.image, settings, defaultTag(source, world.env));
  const cache = cacheRepository(params.cache, params.image[0] ?? '', settings);
  const command = (key: string): readonly string[] =>
    executorArguments({
      context: `s3://${settings.bucket}/${key}`,
      contextSubPath: CONTEXT_FOLDER,
      dockerfile: `../${DOCKERFILE_FOLDER}/${listing.dockerfile}`,
      destinations: destinations.map(formatReference),
      buildArgs: params.buildArgs,
      labels: { ...sourceLabels(source), ...params.labels },
      target: params.target,
      platform: params.platform,
      secrets: Object.keys(params.secrets),
      cacheRepository: cache && formatReference(cache),
      push: params.push,
      extra: [...settings.kanikoArgs, ...params.kanikoArgs],
    });
  // With this limit Go's garbage collector works before the memory of the task is used up.
  const environment = {
    GOMEMLIMIT: `${Math.floor(params.memory * 0.75)}MiB`,
    [TIMEOUT_VARIABLE]: String(params.timeout),
    [CALL_VARIABLE]: randomUUID(),
  };
  const example = command(EXAMPLE_KEY);
  const overrides = (more: Readonly<Record<string, string>>) =>
    overridesOf({
      ...params,
      container: BUILDER_CONTAINER,
      command: example,
      environment: { ...environment, ...more },
    });
  checkOverrideSize(overrides({}), example);
  return {
    params,
    settings,
    destinations,
    cache,
    listing,
    dockerfile,
    bucket: settings.bucket,
    contextNames: contextNames(world.env, params.context, root),
    boundary,
    command,
    environment,
    hasRoomFor: (more) => overridesFit(overrides(more)),
  };
}

/** https://github.com/opencontainers/image-spec/blob/main/annotations.md */
function sourceLabels({ commit, url }: SourceRevision): Record<string, string> {
  return {
    ...(commit === undefined ? {} : { 'org.opencontainers.image.revision': commit }),
    ...(url === undefined ? {} : { 'org.opencontainers.image.source': url }),
  };
}
