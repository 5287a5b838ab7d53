import { randomUUID } from 'node:crypto';
import { CONTEXT_FOLDER, DOCKERFILE_FOLDER } from '../../context/archive-layout.ts';
import type { Listing } from '../../context/entries.ts';
import { credentialWarning, readFileStart } from '../../context/list/credential-files.ts';
import { listContext } from '../../context/list/list-context.ts';
import { executorArguments } from '../../kaniko/executor-arguments.ts';
import { FLAG_VARIABLES } from '../../kaniko/feature-flags.ts';
import { checkOverrideSize, overridesFit } from '../../kaniko/override-size.ts';
import type { BuildParameters } from '../../parameters/build-parameters.ts';
import { cacheRepository, destinationsOf } from '../../registry/destinations.ts';
import { formatReference, type ImageReference } from '../../registry/image-reference.ts';
import type { BuildSettings } from '../../settings/required-settings.ts';
import { defaultTag, readSourceRevision, type SourceRevision } from '../../source/commit.ts';
import { overridesOf } from '../../task/task-request.ts';
import type { World } from '../../world.ts';
import { hideDockerfileSecrets, hideRemoteSecrets } from './hide-secrets.ts';
import { type StudiedDockerfile, studyDockerfile } from './study-dockerfile.ts';
import { CALL_VARIABLE, contextNames, TIMEOUT_VARIABLE } from './task-identity.ts';

/** As long as any key of a context. */
const EXAMPLE_KEY = `contexts/${'0'.repeat(64)}.tar.gz`;
/** Stands for the key where the files are not looked into. */
const KEY_SHOWN = 'contexts/<hash of its content>.tar.gz';

/** The container in the builder's task definition. */
export const CONTAINER = 'kaniko';

/** All that a build will do, decided and checked; nothing is created yet. */
export interface PreparedBuild {
  readonly params: BuildParameters;
  readonly settings: BuildSettings;
  /** Where the image goes, with tags. */
  readonly destinations: readonly [ImageReference, ...ImageReference[]];
  readonly cache: ImageReference | undefined;
  readonly listing: Listing;
  /** The stages that will be built, and what was warned of. */
  readonly dockerfile: StudiedDockerfile;
  readonly bucket: string;
  /** Whose context it is, for what is sent as a difference: see SendRequest. */
  readonly contextNames: readonly string[];
  /** See findBoundary. */
  readonly boundary: string | undefined;
  /** The executor's arguments, with the context's key, which its content makes. */
  readonly command: (key: string) => readonly string[];
  /** The task's own variables. */
  readonly environment: Readonly<Record<string, string>>;
  /** Whether the overrides can carry these variables beside those. */
  readonly hasRoomFor: (variables: Readonly<Record<string, string>>) => boolean;
}

/** Where a build finds its files: real paths. */
export interface BuildContextPlace {
  /** The context. */
  readonly root: string;
  /** Nothing may lead out of it: see findBoundary. */
  readonly boundary: string | undefined;
}

/**
 * Plans a build: looks at the workspace, decides everything, changes nothing.
 * @throws Failure `usage` or `build` for what cannot be built
 */
export async function prepareBuild(
  world: World,
  params: BuildParameters,
  settings: BuildSettings,
  { root, boundary }: BuildContextPlace,
): Promise<PreparedBuild> {
  await world.settle?.('listing');
  const request = { root, boundary, dockerfile: params.dockerfile, ignore: params.ignore };
  // Also where it fails: V8's code is kept at the end, and must be of use to the next run.
  const { report, clock, signal } = world;
  const listing = await listContext(request, report, clock, signal).finally(() => world.settle?.('listed'));
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
  // Go's collector then works before the task's limit is reached, not after.
  const environment = {
    GOMEMLIMIT: `${Math.floor(params.memory * 0.75)}MiB`,
    [TIMEOUT_VARIABLE]: String(params.timeout),
    [CALL_VARIABLE]: randomUUID(),
  };
  const example = command(EXAMPLE_KEY);
  const overrides = (more: Readonly<Record<string, string>>) =>
    overridesOf({ ...params, container: CONTAINER, command: example, environment: { ...environment, ...more } });
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

/** The plan of a build, line by line. */
export function describeBuild({ params, settings, destinations, cache, listing, command }: PreparedBuild): string[] {
  const derived = [
    ...Object.entries(params.secrets).map(([id, name]) => `  secret    ${id} from ${name}`),
    ...Object.entries(params.registryCredentials).map(([host, name]) => `  login     ${host} with ${name}`),
  ];
  return [
    'build',
    ...destinations.map((image) => `  image     ${formatReference(image)}${params.push ? '' : ' (not pushed)'}`),
    `  cache     ${cache ? formatReference(cache) : 'none'}`,
    `  context   ${listing.root}: ${listing.files} files, ${listing.bytes} bytes, ${listing.ignored} ignored`,
    `  task      ${settings.builderFamily} in cluster ${settings.cluster}: cpu ${params.cpu}, memory ${params.memory}, ephemeralStorage ${params.ephemeralStorage}${params.spot ? `, spot${params.spotFallback ? ', else on demand' : ''}` : ''}, ${params.platform}`,
    ...derived,
    '  kaniko flags, where the task definition does not set them',
    ...FLAG_VARIABLES.map((name) => `    ${name}=true`),
    '  arguments',
    ...command(KEY_SHOWN).map((argument) => `    ${argument}`),
  ];
}
