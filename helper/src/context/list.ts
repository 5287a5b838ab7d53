import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../failure.ts';
import { type IgnoreLine, Patterns, parseIgnoreFile } from '../ignore/patterns.ts';
import type { Report } from '../report/events.ts';
import { isInside } from '../workspace/boundary.ts';
import type { Clock } from '../world.ts';
import { findDockerfile, findIgnoreFile } from './dockerfile.ts';
import type { Listing } from './entries.ts';
import { errorCode, showName } from './names.ts';
import { type Problem, type Walked, walk } from './walk.ts';

/** Which context: a folder, its Dockerfile, and what is left out beside what its ignore file says. */
export interface ListRequest {
  /** Absolute. */
  root: string;
  /** Real path of the folder that the root must be in, whatever is put in its place; undefined: anywhere. */
  boundary?: string | undefined;
  /** Relative to the root. */
  dockerfile: string;
  /** Patterns that follow those of the ignore file. */
  ignore: readonly string[];
}

/** At most so many names in one message. */
const MOST_NAMES = 10;

/**
 * Lists the context and checks all that can be checked before anything is created: folder, Dockerfile, patterns, names,
 * permissions. Reports one `warning` for what is left out silently by Docker, too.
 * @throws Failure `usage` for a context, a Dockerfile, patterns or names that cannot be used; `build` for unreadable files
 */
export async function listContext(
  request: ListRequest,
  report: Report,
  clock: Pick<Clock, 'now'> = { now: () => 0 },
): Promise<Listing> {
  const root = await findRoot(request.root, request.boundary);
  const dockerfile = await findDockerfile(root, request.dockerfile);
  const ignoreFile = await findIgnoreFile(root, dockerfile.path);
  const fileLines = ignoreFile ? await readIgnoreFile(root, ignoreFile.path) : [];
  const ownLines = request.ignore
    .filter((text) => text.trim() !== '')
    .map((text) => ({ text, origin: 'the parameter ignore' }));
  const patterns = readPatterns([...fileLines, ...ownLines]);

  // Docker sends these two whatever the rules say; kaniko reads the rules again and hides them from COPY.
  const kept = new Set([...dockerfile.keep, ...(ignoreFile?.keep ?? [])]);
  const leadsToKept = (folder: string) => [...kept].some((path) => path.startsWith(`${folder}/`));
  const walked = await walk(
    root,
    {
      ignores: (path) => !kept.has(path) && patterns.ignores(path),
      looksInto: (folder) => patterns.looksInto(folder) || leadsToKept(folder),
    },
    clock,
  );
  if (walked.problems.length > 0) throw unusable(walked.problems);
  warn(walked, patterns, report);
  warnOfHidden(walked, kept, new Patterns(fileLines), report);

  return {
    root,
    dockerfile: dockerfile.path,
    entries: walked.entries,
    files: walked.entries.filter((entry) => entry.kind !== 'folder').length,
    bytes: walked.bytes,
    ignored: walked.ignored,
    ignoreFile: ignoreFile?.path,
  };
}

async function findRoot(root: string, boundary: string | undefined): Promise<string> {
  try {
    const real = await realpath(root);
    if (boundary !== undefined && !isInside(boundary, real)) {
      throw new Failure('usage', `the context ${showName(root)} was moved out of the workspace`, {
        hint: 'something still writes to the workspace: let it finish first',
      });
    }
    if ((await stat(real)).isDirectory()) {
      if ((await readdir(real)).length > 0) return real;
      throw new Failure('usage', `the context ${showName(root)} is empty`, {
        hint: 'check that the sources were checked out in this workspace before the build, and that context is the right folder',
      });
    }
  } catch (error) {
    if (error instanceof Failure) throw error;
    const code = errorCode(error);
    if (code === '') throw error;
    const why = code === 'ENOENT' || code === 'ENOTDIR' ? 'does not exist' : `cannot be opened (${code})`;
    throw new Failure('usage', `the context ${showName(root)} ${why}`, {
      hint: 'context is a folder relative to the workspace: check its name, and that the sources were checked out',
      cause: error,
    });
  }
  throw new Failure('usage', `the context ${showName(root)} is not a folder`, {
    hint: 'context is the folder that is sent; the Dockerfile in it is the parameter dockerfile',
  });
}

async function readIgnoreFile(root: string, path: string): Promise<IgnoreLine[]> {
  try {
    return parseIgnoreFile(await readFile(join(root, path), 'utf8'), path);
  } catch (cause) {
    if (errorCode(cause) === '') throw cause;
    throw new Failure('build', `the ignore file ${showName(path)} cannot be read (${errorCode(cause)})`, {
      hint: 'make it readable for the user that runs the build',
      cause,
    });
  }
}

function readPatterns(lines: readonly IgnoreLine[]): Patterns {
  const patterns = new Patterns(lines);
  if (patterns.complaints.length === 0) return patterns;
  throw new Failure('usage', `ignore patterns that Docker does not accept: ${patterns.complaints.join('; ')}`, {
    hint: "mend them: a class needs its closing bracket and no dash at its ends, a backslash something behind it; docs.docker.com's page on .dockerignore has the rules",
    evidence: patterns.complaints,
  });
}

function shorten(names: readonly string[]): string {
  const more = names.length - MOST_NAMES;
  return names.slice(0, MOST_NAMES).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

function unusable(problems: readonly Problem[]): Failure {
  const [first] = problems;
  const named = problems.some((problem) => problem.kind === 'name');
  const others = problems.length > 1 ? ` (and ${problems.length - 1} more, see the evidence)` : '';
  const hint = named
    ? 'rename it, or leave it out by .dockerignore or the parameter ignore: names in an image archive are UTF-8'
    : 'make it readable for the user that runs the build (a shorter path, where it is too long), or leave it out by .dockerignore or the parameter ignore';
  return new Failure(named ? 'usage' : 'build', `the context cannot be sent: ${first?.path}: ${first?.why}${others}`, {
    hint,
    evidence: problems.slice(0, MOST_NAMES).map(({ path, why }) => `${path}: ${why}`),
  });
}

function warn(walked: Walked, patterns: Patterns, report: Report): void {
  if (walked.special.length > 0) {
    report({ type: 'warning', text: `left out, since no image can hold it: ${shorten(walked.special)}` });
  }
  const missed = new Map<string, string>();
  for (const folder of walked.closed) {
    for (const exception of patterns.missedBelow(folder)) if (!missed.has(exception)) missed.set(exception, folder);
  }
  for (const [exception, folder] of missed) {
    report({
      type: 'warning',
      text: `the exception ${exception} is not applied in ignored folders such as ${showName(folder)}: name the folder, e.g. !${showName(folder)}/**`,
    });
  }
}

/** kaniko applies the ignore file again, without our parameter: what only the parameter brought back, COPY does not see. */
function warnOfHidden(walked: Walked, kept: ReadonlySet<string>, fileRules: Patterns, report: Report): void {
  const hidden = walked.entries
    .filter(({ kind, path }) => kind !== 'folder' && !kept.has(path) && fileRules.ignores(path))
    .map(({ path }) => showName(path));
  if (hidden.length === 0) return;
  report({
    type: 'warning',
    text: `the ignore file excludes ${shorten(hidden)}, and an exception in the parameter ignore does not make COPY see it: put the exception into the ignore file`,
  });
}
