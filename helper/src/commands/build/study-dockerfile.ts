import type { Listing } from '../../context/entries.ts';
import { showName } from '../../context/list/byte-names.ts';
import { type DockerfileFinding, findingSentences } from '../../dockerfile/finding.ts';
import { judgeDockerfile } from '../../dockerfile/judge-dockerfile.ts';
import type { NeededStage } from '../../dockerfile/needed-stages.ts';
import { Failure } from '../../failure.ts';
import type { BuildParameters } from '../../parameters/build-parameters.ts';
import type { Report } from '../../report/events.ts';

/** Nobody writes a longer Dockerfile. In bytes. */
const LONGEST = 1024 * 1024;
/** So many findings are told in one message. */
const MOST_TOLD = 20;
/** So many of them again where the build fails. */
const MOST_AGAIN = 5;

/** What the Dockerfile says about a build before it begins. */
export interface StudiedDockerfile {
  /** The stages that kaniko will build, first to last; empty where the Dockerfile cannot be read. */
  readonly stages: readonly NeededStage[];
  /** What may come out otherwise than with Docker, a sentence each. */
  readonly warnings: readonly string[];
}

/**
 * Reads the Dockerfile that is sent, looks for what kaniko ignores without a word, and reports it as warnings.
 * @throws Failure `build` for what would certainly make a wrong image, and a green build
 */
export function studyDockerfile(
  listing: Listing,
  { buildArgs, target, platform }: BuildParameters,
  report: Report,
): StudiedDockerfile {
  const file = showName(listing.dockerfile);
  // The very bytes that are sent.
  const content = listing.beside.find(({ path }) => path === listing.dockerfile)?.content ?? Buffer.alloc(0);
  if (content.length > LONGEST) {
    const size = Math.round(content.length / LONGEST);
    const warning = `${file} has ${size} MiB: nobody looks there for what kaniko ignores, such as COPY --exclude`;
    report({ type: 'warning', text: warning });
    return { stages: [], warnings: [warning] };
  }
  const paths = function* () {
    for (const { path } of listing.entries) yield path;
  };
  const { stages, findings } = judgeDockerfile(content.toString('utf8'), { buildArgs, target, platform, paths });
  const of = (refused: boolean) => findings.filter((finding) => finding.refused === refused);
  const warnings = shortened(findingSentences(file, of(false)));
  for (const text of warnings) report({ type: 'warning', text });
  const refused = of(true);
  if (refused.length > 0) throw refusal(file, refused);
  return { stages, warnings };
}

function refusal(file: string, refused: readonly DockerfileFinding[]): Failure {
  const named = [...new Set(refused.map(({ what, line }) => `${what} (line ${line})`))];
  return new Failure('build', `${file} uses what kaniko ignores without a word: ${listed(named)}`, {
    hint: 'mend these lines: the build would be green and the image wrong. Nothing was sent or started',
    evidence: shortened(findingSentences(file, refused)),
  });
}

const listed = (names: readonly string[]): string =>
  names.slice(0, 5).join(', ') + (names.length > 5 ? ` and ${names.length - 5} more` : '');

function shortened(told: readonly string[]): string[] {
  const more = told.length - MOST_TOLD;
  return [...told.slice(0, MOST_TOLD), ...(more > 0 ? [`... and ${more} more of the kind`] : [])];
}

/** A failed build's explanation, with what was warned of before it began. */
export function withWarnings(failure: Failure, warnings: readonly string[]): Failure {
  if (warnings.length === 0 || !['build', 'timeout'].includes(failure.category)) return failure;
  const { category, message, hint, evidence, cause } = failure;
  const again = warnings.slice(0, MOST_AGAIN).map((warning) => `warned of before the build: ${warning}`);
  return new Failure(category, message, { hint, evidence: [...evidence, ...again], cause });
}
