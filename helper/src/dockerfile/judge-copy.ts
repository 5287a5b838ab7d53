import { quotedForMessage, type RuleFinding, refused, warned } from './finding.ts';
import { flagOf, flagsOf, type Instruction } from './instruction.ts';
import {
  type ContextPaths,
  hasWildcard,
  type InstructionSource,
  isArchive,
  isGitRepository,
  isOptional,
  isUrl,
  sourcesOf,
  unmatchedSources,
} from './sources.ts';
import { expand, type LookUp } from './variables.ts';

/**
 * What kaniko 1.28 ignores in a COPY or ADD (pkg/commands/copy.go, add.go). It respects --from, --chown and --chmod. --link
 * changes how layers are made, but not their content; --keep-git-dir is about git repositories, which are refused.
 */
export function judgeCopy(copy: Instruction, lookUp: LookUp, paths: ContextPaths): RuleFinding[] {
  const sources = sourcesOf(copy, lookUp);
  const fromContext = copy.keyword === 'ADD' || (flagOf(copy, 'from') ?? '') === '';
  return [
    ...judgeExclude(copy, fromContext),
    ...(copy.keyword === 'ADD' ? judgeAdd(copy, sources, lookUp) : judgeParents(copy)),
    ...(fromContext ? missingSources(copy, sources, paths) : []),
  ];
}

function judgeExclude({ keyword, flags }: Instruction, fromContext: boolean): RuleFinding[] {
  if (!flagsOf(flags, 'exclude').some((pattern) => pattern.trim() !== '')) return [];
  const mend = fromContext
    ? 'Leave it out by .dockerignore or the parameter ignore, or name what is to be copied'
    : 'Delete it in the stage that it comes from, or name what is to be copied';
  return [refused(`${keyword} --exclude`, 'kaniko copies what is to be left out, secrets too', mend)];
}

const isFlagSet = (value: string | undefined): boolean =>
  value !== undefined && ['', 'true'].includes(value.toLowerCase());

function judgeParents(copy: Instruction): RuleFinding[] {
  if (!isFlagSet(flagOf(copy, 'parents'))) return [];
  return [
    refused(
      'COPY --parents',
      'kaniko copies the files without their folders',
      'Give each folder a COPY of its own, with the folder in its destination',
    ),
  ];
}

function judgeAdd(add: Instruction, sources: readonly InstructionSource[], lookUp: LookUp): RuleFinding[] {
  const found: RuleFinding[] = [];
  const named = sources.map(({ path, written }) => path ?? written);
  const checksum = flagOf(add, 'checksum');
  if (checksum !== undefined && expand(checksum, lookUp) !== '') {
    found.push(
      refused(
        'ADD --checksum',
        'kaniko compares no sum, and takes another file as well',
        "Download and compare in a RUN: wget -O FILE URL && echo 'SUM  FILE' | sha256sum -c",
      ),
    );
  }
  if (named.some(isGitRepository)) {
    found.push(
      refused(
        'ADD of a git repository',
        'kaniko clones nothing: it takes the page at that address for a file',
        'Clone it in a RUN, or check it out in the pipeline and COPY it',
      ),
    );
  }
  const unpack = flagOf(add, 'unpack');
  if (isFlagSet(unpack) && named.some((source) => isUrl(source) && !isGitRepository(source))) {
    found.push(refused('ADD --unpack', 'kaniko leaves a downloaded archive packed', 'Download and unpack it in a RUN'));
  }
  const archive = named.some(isArchive);
  if (unpack?.toLowerCase() === 'false' && archive) {
    found.push(refused('ADD --unpack=false', 'kaniko unpacks the archive', 'COPY takes it as it is'));
  }
  if (flagOf(add, 'chown') !== undefined && archive && unpack?.toLowerCase() !== 'false') {
    found.push(
      warned(
        'ADD --chown of an archive',
        'kaniko unpacks it with the owners that are in it',
        'Make them right by a RUN chown, or in the archive',
      ),
    );
  }
  return found;
}

function missingSources(
  { keyword }: Instruction,
  sources: readonly InstructionSource[],
  paths: ContextPaths,
): RuleFinding[] {
  const unmatched = new Set(unmatchedSources(sources, paths));
  const someMatch = unmatched.size < sources.length;
  const mend = 'Check its path, upper and lower case, and what .dockerignore and the parameter ignore leave out';
  // The source is shown as written, because the value of a variable may be secret.
  return [...unmatched].flatMap(({ written, path = '' }) => {
    const what = `${keyword} ${quotedForMessage(written)}`;
    if (!hasWildcard(path)) {
      const instead = 'it is not in the context, and beside a wildcard kaniko leaves it out without a word';
      return [warned(what, instead, mend)];
    }
    if (someMatch && isOptional(path)) return [];
    return [warned(what, 'nothing in the context matches, so kaniko copies nothing for it', mend)];
  });
}
