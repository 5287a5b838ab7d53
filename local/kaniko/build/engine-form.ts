import { heredocBody } from '../cache/cache-key.ts';
import { copyArguments, flagOf, type Instruction, type InstructionFlag, readJson } from '../dockerfile/instruction.ts';
import type { StageVariables } from '../dockerfile/stage-variables.ts';
import { warn } from '../kaniko-log.ts';

/** One line for the engine in place of an instruction. */
export interface EngineForm {
  readonly line: string;
  /** The files of a context for this line alone: the bodies of heredocs, by their names. Empty: the build's context. */
  readonly files: Readonly<Record<string, string>>;
}

export interface EngineFormOptions {
  /** The feature flags that are on. */
  readonly active: ReadonlySet<string>;
  /** A part of the names of cache mounts: each Fargate task begins with empty ones, so each build gets its own. */
  readonly buildId: string;
  /** The image that a COPY copies from; empty for the context. */
  readonly fromImage: string;
  /** Whether a pattern of a COPY matches no file. kaniko ignores such a pattern, the engine would fail. */
  readonly matchesNothing: (path: string) => boolean;
}

/**
 * What the engine gets in place of an instruction: without what kaniko ignores, and without heredocs, since the
 * frontend of Docker 20.10 knows none. A heredoc of COPY becomes a file, one of RUN is given to the shell.
 * @param instruction a RUN, COPY, ADD or WORKDIR
 */
export function engineForms(
  instruction: Instruction,
  variables: StageVariables,
  options: EngineFormOptions,
): EngineForm[] {
  if (instruction.name === 'RUN')
    return [{ line: `RUN ${runFlags(instruction, options)}${runCommand(instruction, variables)}`, files: {} }];
  if (instruction.name === 'WORKDIR') return [{ line: `WORKDIR ${instruction.rest}`, files: {} }];
  const { sources, files, destination } = copyArguments(instruction);
  const flags = copyFlags(instruction, variables, options);
  const kept = sources.filter((source) => !options.matchesNothing(source));
  const forms: EngineForm[] = [];
  if (kept.length > 0)
    forms.push({ line: `${instruction.name} ${flags}${joined([...kept, destination], instruction)}`, files: {} });
  if (files.length > 0)
    forms.push({
      line: `COPY ${flags}${joined([...files.map(({ name }) => name), destination], instruction)}`,
      files: Object.fromEntries(files.map((file) => [file.name, heredocBody(file, variables, options.active)])),
    });
  return forms;
}

/** The words in the form that the instruction has: a JSON list, or separated by spaces. */
function joined(words: readonly string[], { rest }: Instruction): string {
  return readJson(rest) ? JSON.stringify(words) : words.join(' ');
}

/** kaniko knows --from, --chown and --chmod, and ignores `--exclude`, `--parents`, `--checksum` and `--link`. */
function copyFlags(
  instruction: Instruction,
  { user }: StageVariables,
  { active, fromImage }: Pick<EngineFormOptions, 'active' | 'fromImage'>,
): string {
  const from = fromImage === '' ? '' : `--from=${fromImage} `;
  // Without COPY_AS_ROOT files from the context belong to USER, not to root.
  const byUser = from === '' && user !== '' && !active.has('COPY_AS_ROOT') ? user : '';
  const chown = flagOf(instruction, 'chown') || byUser;
  const chmod = flagOf(instruction, 'chmod');
  return from + (chown && `--chown=${chown} `) + (chmod && `--chmod=${chmod} `);
}

const UNSUPPORTED = 'relying on unsupported flags can lead to invalid builds';

/** The flags of a RUN that kaniko knows. It warns of the others. */
function runFlags({ flags }: Instruction, { buildId }: Pick<EngineFormOptions, 'buildId'>): string {
  for (const name of new Set(flags.map(({ name }) => name))) {
    if (name !== 'mount') warn(`#969 kaniko does not support '--${name}' flags in RUN statements - ${UNSUPPORTED}`);
  }
  const mounts = flags.filter(({ name }) => name === 'mount').map((flag) => mountFlag(flag, buildId));
  return mounts.join('');
}

/** @returns empty for a mount that kaniko ignores */
function mountFlag({ value }: InstructionFlag, buildId: string): string {
  const pairs = value.split(',').map((pair): [string, string] => {
    const [key = ''] = pair.split('=');
    return [key, pair.slice(pair.indexOf('=') + 1)];
  });
  const {
    type = 'bind',
    from = '',
    id,
    target = '',
    dst = target,
    destination = dst,
    ...rest
  } = Object.fromEntries<string | undefined>(pairs);
  if (type === 'bind' && from !== '' && from !== 'context') {
    warn(`Kaniko does not support cross-stage bind mounts (from=${from}) - skipping`);
    return '';
  }
  if (type === 'cache') {
    const options = Object.entries(rest).map(([key, option]) => `,${key}=${option}`);
    return `--mount=type=cache,id=${buildId}-${id ?? destination},target=${destination}${options.join('')} `;
  }
  if (type === 'secret' || type === 'bind') return `--mount=${value} `;
  warn(`Kaniko does not support '--mount=type=${type}' flags in RUN statements - ${UNSUPPORTED}`);
  return '';
}

/**
 * The words that kaniko runs and prints: the program and its arguments.
 * @param instruction a RUN
 */
export function runWords({ rest, heredocs }: Instruction, { shell }: Pick<StageVariables, 'shell'>): string[] {
  const list = readJson(rest);
  if (list) return list;
  const only = heredocs.length === 1 && rest === `<<${heredocs[0]?.name}` ? ' sh' : '';
  return [...shell, rest + only + heredocs.map(({ data, name }) => `\n${data}${name}`).join('')];
}

/** @param instruction a RUN */
function runCommand(instruction: Instruction, variables: StageVariables): string {
  return instruction.heredocs.length > 0 ? JSON.stringify(runWords(instruction, variables)) : instruction.rest;
}
