import { globalValues, Variables } from './variables.mjs';

/**
 * What `--build-arg`, the global ARGs and the platform give to every stage.
 * @param {import('./flags.mjs').Flags} flags
 * @param {readonly import('./instruction.mjs').Instruction[]} globals
 * @returns {{ globals: Map<string, string>, scope: () => Variables }} globals: for FROM; scope: a stage's variables before it
 */
export function readArguments({ buildArgs, platform }, globals) {
  const given = new Map(buildArgs.map(readArgument));
  const values = globalValues(globals, given);
  const known = new Map([...platformValues(platform), ...values]);
  return { globals: values, scope: () => new Variables(given, known) };
}

/**
 * @param {string} pair NAME=VALUE, or NAME alone: the executor's own variable
 * @returns {[string, string]}
 */
function readArgument(pair) {
  const at = pair.indexOf('=');
  return at < 0 ? [pair, process.env[pair] ?? ''] : [pair.slice(0, at), pair.slice(at + 1)];
}

/**
 * @param {string} platform
 * @returns {[string, string][]}
 */
function platformValues(platform) {
  const own = `linux/${process.arch === 'x64' ? 'amd64' : process.arch}`;
  return [
    ['BUILD', own],
    ['TARGET', platform || own],
  ].flatMap(([prefix = '', text = '']) => {
    const [os = '', arch = '', variant = ''] = text.split('/');
    return /** @type {[string, string][]} */ ([
      [`${prefix}PLATFORM`, text],
      [`${prefix}OS`, os],
      [`${prefix}ARCH`, arch],
      [`${prefix}VARIANT`, variant],
    ]);
  });
}
