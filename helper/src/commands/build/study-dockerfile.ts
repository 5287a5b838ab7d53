import type { Listing } from '../../context/entries.ts';
import { showName } from '../../context/list/byte-names.ts';
import { type DockerfileFinding, findingSentences } from '../../dockerfile/finding.ts';
import { judgeDockerfile } from '../../dockerfile/judge-dockerfile.ts';
import type { NeededStage } from '../../dockerfile/needed-stages.ts';
import { Failure } from '../../failure.ts';
import type { BuildParameters } from '../../parameters/build-parameters.ts';
import type { Report } from '../../report/events.ts';

/** A longer Dockerfile is not read: no person writes one. */
const LONGEST_BYTES = 1024 * 1024;
/** How many findings one message shows. */
const MOST_SENTENCES = 20;
/** How many of the warnings are repeated where the build fails. */
const MOST_REPEATED = 5;

/** What we know of a build from its Dockerfile before it begins. */
export interface StudiedDockerfile {
  /** The stages that kaniko will build, first to last; empty where the Dockerfile cannot be read. */
  readonly stages: readonly NeededStage[];
  /** What may come out otherwise than with Docker, one sentence for each. */
  readonly warnings: readonly string[];
}

/**
 * Reads the Dockerfile that will be sent, and warns about everything that kaniko silently ignores.
 * @throws Failure `build` where the build would succeed with an image that is certainly wrong
 */
export function studyDockerfile(
  listing: Listing,
  { buildArgs, target, platform }: BuildParameters,
  report: Report,
): StudiedDockerfile {
  const file = showName(listing.dockerfile);
  // Exactly the bytes that will be sent: the file may change meanwhile.
  const content = listing.kanikoFiles.find(({ path }) => path === listing.dockerfile)?.content ?? Buffer.alloc(0);
  if (content.length > LONGEST_BYTES) {
    const size = Math.round(content.length / LONGEST_BYTES);
    const warning = `${file} has ${size} MiB: nobody looks there for what kaniko ignores, such as COPY --exclude`;
    report({ type: 'warning', text: warning });
    return { stages: [], warnings: [warning] };
  }
  const paths = function* () {
    for (const { path } of listing.entries) yield path;
  };
  const { stages, findings } = judgeDockerfile(content.toString('utf8'), { buildArgs, target, platform, paths });
  const findingsThat = (refused: boolean) => findings.filter((finding) => finding.refused === refused);
  const warnings = shortened(findingSentences(file, findingsThat(false)));
  for (const text of warnings) report({ type: 'warning', text });
  const refused = findingsThat(true);
  if (refused.length > 0) throw refusedDockerfile(file, refused);
  return { stages, warnings };
}

function refusedDockerfile(file: string, refused: readonly DockerfileFinding[]): Failure {
  const named = [...new Set(refused.map(({ what, line }) => `${what} (line ${line})`))];
  return new Failure('build', `${file} uses what kaniko ignores without a word: ${joinFirst(named)}`, {
    hint: 'mend these lines: the build would be green and the image wrong. Nothing was sent or started',
    evidence: shortened(findingSentences(file, refused)),
  });
}

const joinFirst = (names: readonly string[]): string =>
  names.slice(0, 5).join(', ') + (names.length > 5 ? ` and ${names.length - 5} more` : '');

function shortened(sentences: readonly string[]): string[] {
  const more = sentences.length - MOST_SENTENCES;
  return [...sentences.slice(0, MOST_SENTENCES), ...(more > 0 ? [`... and ${more} more of the kind`] : [])];
}

/** The failure of a build, with the warnings about its Dockerfile as further evidence. */
export function withWarnings(failure: Failure, warnings: readonly string[]): Failure {
  if (warnings.length === 0 || !['build', 'timeout'].includes(failure.category)) return failure;
  const { category, message, hint, evidence, cause } = failure;
  const repeated = warnings.slice(0, MOST_REPEATED).map((warning) => `warned of before the build: ${warning}`);
  return new Failure(category, message, { hint, evidence: [...evidence, ...repeated], cause });
}
