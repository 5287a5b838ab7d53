import { readdir, realpath, stat } from 'node:fs/promises';
import { Failure } from '../../failure.ts';
import { parseIgnoreFile } from '../../ignore/ignore-file.ts';
import { IgnorePatterns } from '../../ignore/patterns.ts';
import type { Report } from '../../report/events.ts';
import { isInside } from '../../workspace/boundary.ts';
import type { Clock } from '../../world.ts';
import { isCounted, type KanikoFile, type Listing } from '../entries.ts';
import { errorCode, showName } from './byte-names.ts';
import { type BuildFile, findDockerfile, findIgnoreFile, readBuildFile } from './find-dockerfile.ts';
import type { PathProblem } from './path-problems.ts';
import { walkFolder } from './walk-folder.ts';

/** Names the context: its folder, its Dockerfile, and what to leave out in addition to the ignore file. */
interface ListRequest {
  /** Absolute path of the context's folder. */
  root: string;
  /** Real path of the folder that the root must lie in, even if the root is replaced meanwhile; undefined: anywhere. */
  boundary?: string | undefined;
  /** Relative to the root, or absolute and inside it. */
  dockerfile: string;
  /** Patterns that are added after those of the ignore file. */
  ignore: readonly string[];
}

/** Content of the ignore file that kaniko finds beside its Dockerfile. */
const NOTHING_IGNORED = Buffer.from(
  '# The context has what its own ignore file leaves: nothing more is to be ignored.\n',
);

/** One message lists at most this many names. */
const MOST_NAMES = 10;

/**
 * Lists the context. Checks everything that can be checked before anything is created: folder, Dockerfile, patterns, names
 * and permissions. Reports one `warning` for devices, sockets and fifos, which Docker leaves out silently.
 * @throws the signal's reason; Failure `usage` for a context, a Dockerfile, patterns or names that cannot be used; `build` for
 *   unreadable files
 */
export async function listContext(
  request: ListRequest,
  report: Report,
  clock: Pick<Clock, 'now'> = { now: () => 0 },
  signal?: AbortSignal,
): Promise<Listing> {
  const root = await findRoot(request.root, request.boundary);
  const dockerfile = await findDockerfile(root, request.dockerfile);
  const ignoreFile = await findIgnoreFile(root, dockerfile.path);
  const lines = ignoreFile
    ? parseIgnoreFile(readBuildFile(root, ignoreFile, 'ignore file').toString('utf8'), ignoreFile.path)
    : [];
  const parameter = request.ignore.map((text) => ({ text, origin: 'the parameter ignore' }));
  const patterns = new IgnorePatterns([...lines, ...parameter.filter(({ text }) => text.trim() !== '')]);
  const walked = await walkFolder(root, patterns, clock, signal);
  if (walked.problems.length > 0) throw unusableFailure(walked.problems);
  if (walked.special.length > 0) {
    report({ type: 'warning', text: `left out, since no image can hold it: ${joinNames(walked.special)}` });
  }
  const { entries, bytes, ignored } = walked;
  const files = entries.filter(isCounted).length;
  const kanikoFiles = makeKanikoFiles(root, dockerfile);
  return {
    root,
    dockerfile: dockerfile.path,
    entries,
    kanikoFiles,
    files,
    bytes,
    ignored,
    ignoreFile: ignoreFile?.path,
  };
}

/**
 * The Dockerfile, and an ignore file for it that excludes nothing. Without this ignore file kaniko would apply the context's
 * ignore file a second time, by an older rule (moby's `Matches`), and hide files from COPY that BuildKit shows.
 */
function makeKanikoFiles(root: string, dockerfile: BuildFile): KanikoFile[] {
  const { path } = dockerfile;
  const kanikoFile = (name: string, content: Buffer): KanikoFile => ({
    kind: 'beside',
    path: name,
    mode: 0o644,
    content,
  });
  return [
    kanikoFile(path, readBuildFile(root, dockerfile, 'Dockerfile')),
    kanikoFile(`${path}.dockerignore`, NOTHING_IGNORED),
  ];
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

function joinNames(names: readonly string[]): string {
  const more = names.length - MOST_NAMES;
  return names.slice(0, MOST_NAMES).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

function unusableFailure(problems: readonly PathProblem[]): Failure {
  const [first] = problems;
  const named = problems.some((problem) => problem.kind === 'name');
  const moving = problems.every((problem) => problem.kind === 'vanished');
  const others = problems.length > 1 ? ` (and ${problems.length - 1} more, see the evidence)` : '';
  const hint = named
    ? 'rename it, or leave it out by .dockerignore or the parameter ignore: names in an image archive are UTF-8'
    : moving
      ? 'something still writes to the workspace: let it finish first, or leave it out by .dockerignore or the parameter ignore'
      : 'make it readable for the user that runs the build (a shorter path, where it is too long), or leave it out by .dockerignore or the parameter ignore';
  return new Failure(named ? 'usage' : 'build', `the context cannot be sent: ${first?.path}: ${first?.why}${others}`, {
    hint,
    evidence: problems.slice(0, MOST_NAMES).map(({ path, why }) => `${path}: ${why}`),
  });
}
