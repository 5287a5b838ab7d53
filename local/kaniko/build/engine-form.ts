import { copied, flagOf, readJson } from './instruction.mjs';
import { bodyOf } from './key.mjs';
import { warn } from './log.mjs';

/**
 * @typedef {import('./instruction.mjs').Instruction} Instruction
 * @typedef {import('./variables.mjs').Variables} Variables
 *
 * @typedef {object} Plain
 * @property {string} line for the engine
 * @property {Record<string, string>} files a context of its own: the heredocs' bodies by their names
 */

/**
 * What the engine gets of an instruction: what kaniko ignores is gone, a heredoc is a file beside a plain COPY, or the
 * shell's own in a RUN. The frontend of Docker 20.10 knows none of these.
 * @param {Instruction} instruction RUN, COPY, ADD or WORKDIR
 * @param {Variables} variables
 * @param {{ active: ReadonlySet<string>, run: string, fromImage: string, unmatched: (source: string) => boolean }} build
 *   run: makes the names of cache mounts new, since on Fargate each task begins with empty ones; fromImage: what
 *   `--from` stands for; unmatched: a pattern without a match, which kaniko passes over in silence
 * @returns {Plain[]}
 */
export function plainForms(instruction, variables, build) {
  if (instruction.name === 'RUN')
    return [{ line: `RUN ${runFlags(instruction, build)}${command(instruction, variables)}`, files: {} }];
  if (instruction.name === 'WORKDIR') return [{ line: `WORKDIR ${instruction.rest}`, files: {} }];
  const { sources, files, destination } = copied(instruction);
  const flags = copyFlags(instruction, variables, build);
  const kept = sources.filter((source) => !build.unmatched(source));
  const forms = [];
  if (kept.length > 0)
    forms.push({ line: `${instruction.name} ${flags}${listed([...kept, destination], instruction)}`, files: {} });
  if (files.length > 0)
    forms.push({
      line: `COPY ${flags}${listed([...files.map(({ name }) => name), destination], instruction)}`,
      files: Object.fromEntries(files.map((file) => [file.name, bodyOf(file, variables, build.active)])),
    });
  return forms;
}

/**
 * @param {readonly string[]} words
 * @param {Instruction} instruction
 */
function listed(words, { rest }) {
  return readJson(rest) ? JSON.stringify(words) : words.join(' ');
}

/**
 * kaniko knows --from, --chown and --chmod; `--exclude`, `--parents`, `--checksum` and `--link` change nothing.
 * @param {Instruction} instruction
 * @param {Variables} variables
 * @param {{ active: ReadonlySet<string>, fromImage: string }} build
 */
function copyFlags(instruction, { user }, { active, fromImage }) {
  const from = fromImage === '' ? '' : `--from=${fromImage} `;
  // Without the flag what comes from the context belongs to the user, not to root.
  const byUser = from === '' && user !== '' && !active.has('COPY_AS_ROOT') ? user : '';
  const chown = flagOf(instruction, 'chown') || byUser;
  const chmod = flagOf(instruction, 'chmod');
  return from + (chown && `--chown=${chown} `) + (chmod && `--chmod=${chmod} `);
}

/**
 * @param {Instruction} instruction RUN
 * @param {{ run: string }} build
 */
function runFlags({ flags }, { run }) {
  const notice = 'relying on unsupported flags can lead to invalid builds';
  for (const name of new Set(flags.map(({ name }) => name))) {
    if (name !== 'mount') warn(`#969 kaniko does not support '--${name}' flags in RUN statements - ${notice}`);
  }
  return flags
    .filter(({ name }) => name === 'mount')
    .flatMap(({ value }) => {
      const {
        type = 'bind',
        from = '',
        id,
        target = '',
        dst = target,
        destination = dst,
        ...rest
      } = Object.fromEntries(value.split(',').map((pair) => [pair.split('=')[0], pair.slice(pair.indexOf('=') + 1)]));
      if (type === 'bind' && from !== '' && from !== 'context') {
        warn(`Kaniko does not support cross-stage bind mounts (from=${from}) - skipping`);
        return [];
      }
      if (type === 'cache') {
        const options = Object.entries(rest).map(([key, option]) => `,${key}=${option}`);
        return [`--mount=type=cache,id=${run}-${id ?? destination},target=${destination}${options.join('')} `];
      }
      if (type === 'secret' || type === 'bind') return [`--mount=${value} `];
      warn(`Kaniko does not support '--mount=type=${type}' flags in RUN statements - ${notice}`);
      return [];
    })
    .join('');
}

/**
 * The words that kaniko runs, for its log; undefined where RUN is a list already.
 * @param {Instruction} instruction RUN
 * @param {Variables} variables
 * @returns {string[]}
 */
export function wordsOf({ rest, heredocs }, { shell }) {
  const list = readJson(rest);
  if (list) return list;
  const only = heredocs.length === 1 && rest === `<<${heredocs[0]?.name}` ? ' sh' : '';
  return [...shell, rest + only + heredocs.map(({ data, name }) => `\n${data}${name}`).join('')];
}

/**
 * @param {Instruction} instruction RUN
 * @param {Variables} variables
 */
function command(instruction, variables) {
  return instruction.heredocs.length > 0 ? JSON.stringify(wordsOf(instruction, variables)) : instruction.rest;
}

/** Before the name of a variable. */
const LONG = 'KANIKO_STAND_IN_';

/**
 * What stands before an instruction for the engine, so that variables, user, shell and folder are there what they are
 * with kaniko: it all begins anew with each small build.
 * @param {readonly Instruction[]} before of the stage
 * @param {Variables} variables as they are after these
 * @param {string} escapeSign
 * @returns {{ lines: string[], options: string[] }}
 */
export function preamble(before, variables, escapeSign) {
  const quoted = (/** @type {string} */ value) =>
    `"${[...value].map((sign) => (`"$${escapeSign}`.includes(sign) ? escapeSign + sign : sign)).join('')}"`;
  const named = new Set(before.map(({ name }) => name));
  const args = [...variables.args()];
  const env = named.has('ENV') ? [...variables.env] : [];
  // A value of several lines cannot be written into a line: it comes as an argument.
  const long = env.filter(([, value]) => value.includes('\n'));
  const given = [...args, ...long.map(([name, value]) => /** @type {[string, string]} */ ([LONG + name, value]))];
  const lines = [
    ...long.map(([name]) => `ARG ${LONG}${name}\nENV ${name}=$${LONG}${name}`),
    ...env.filter((each) => !long.includes(each)).map(([name, value]) => `ENV ${name}=${quoted(value)}`),
    ...args.map(([name]) => `ARG ${name}`),
    ...(named.has('SHELL') ? [`SHELL ${JSON.stringify(variables.shell)}`] : []),
    ...(named.has('USER') ? [`USER ${variables.user}`] : []),
    ...(before.findLast(({ name }) => name === 'WORKDIR')?.rest === '/' ? ['WORKDIR /'] : []),
  ];
  return { lines, options: given.flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]) };
}
