import { FLAG_VARIABLES } from '../../kaniko/feature-flags.ts';
import { formatReference } from '../../registry/image-reference.ts';
import type { PreparedBuild } from './prepare-build.ts';

/** Stands for the context's key in a plan: the real one is a hash of the content, which a plan does not read. */
const PLACEHOLDER_KEY = 'contexts/<hash of its content>.tar.gz';

/** The plan of a build, line by line, as `--dry-run` prints it. */
export function describeBuild({ params, settings, destinations, cache, listing, command }: PreparedBuild): string[] {
  const secrets = [
    ...Object.entries(params.secrets).map(([id, name]) => `  secret    ${id} from ${name}`),
    ...Object.entries(params.registryCredentials).map(([host, name]) => `  login     ${host} with ${name}`),
  ];
  return [
    'build',
    ...destinations.map((image) => `  image     ${formatReference(image)}${params.push ? '' : ' (not pushed)'}`),
    `  cache     ${cache ? formatReference(cache) : 'none'}`,
    `  context   ${listing.root}: ${listing.files} files, ${listing.bytes} bytes, ${listing.ignored} ignored`,
    `  task      ${settings.builderFamily} in cluster ${settings.cluster}: cpu ${params.cpu}, memory ${params.memory}, ephemeralStorage ${params.ephemeralStorage}${params.spot ? `, spot${params.spotFallback ? ', else on demand' : ''}` : ''}, ${params.platform}`,
    ...secrets,
    '  kaniko flags, where the task definition does not set them',
    ...FLAG_VARIABLES.map((name) => `    ${name}=true`),
    '  arguments',
    ...command(PLACEHOLDER_KEY).map((argument) => `    ${argument}`),
  ];
}
