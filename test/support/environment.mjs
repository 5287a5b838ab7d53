import { TestEnvironment } from 'jest-environment-node';

/** Only the last runs of a test are shown. */
const SHOWN_RUNS = 3;
/**
 * What jest's expect keeps in the global object.
 * @typedef {{ matchers?: Record<string, (this: unknown, received: unknown, expected: unknown) => object> }} ExpectState
 */
const MATCHERS = Symbol.for('$$jest-matchers-object');

/**
 * Node's environment for tests. Where a test fails because of an exit status, the error also shows what was said: the number
 * alone does not help anybody.
 */
export default class extends TestEnvironment {
  /**
   * Called by jest for all that happens.
   * @param {{ name: string, error?: unknown }} event
   */
  handleTestEvent({ name, error }) {
    if (name === 'run_start')
      rememberReceived(/** @type {ExpectState | undefined} */ (Reflect.get(this.global, MATCHERS)));
    if (name === 'test_start') this.global.programRuns = [];
    if (name === 'test_fn_failure') showWhatWasSaid(error, this.global.programRuns);
  }
}

/**
 * A failed toMatchObject shows only the fields that it compares. Its error gets the whole object, as those of other matchers have it.
 * @param {ExpectState | undefined} state
 */
function rememberReceived(state) {
  const matchers = state?.matchers;
  const original = matchers?.toMatchObject;
  if (matchers === undefined || original === undefined) return;
  matchers.toMatchObject = function (received, expected) {
    return { ...original.call(this, received, expected), actual: received };
  };
}

/**
 * Adds texts to a failed comparison that it does not show itself.
 * @param {unknown} error anything that a test has thrown
 * @param {unknown} runs as test/support/program-runs.ts records them
 */
function showWhatWasSaid(error, runs) {
  const failure = /** @type {{ stack?: unknown, matcherResult?: { actual?: unknown } } | null | undefined} */ (error);
  if (typeof failure?.stack !== 'string' || failure.matcherResult === undefined) return;
  const shown = failure.stack;
  const { actual } = failure.matcherResult;
  const isObject = typeof actual === 'object' && actual !== null;
  if (!(isObject ? 'status' in actual : typeof actual === 'number')) return;
  const fields = isObject ? Object.entries(actual) : [];
  const texts = [
    ...fields.flatMap(([name, value]) => (typeof value === 'string' ? [{ title: `${name}:`, text: value }] : [])),
    ...(Array.isArray(runs) ? runs.slice(-SHOWN_RUNS) : []).map(({ command, status, said }) => ({
      title: `${command} ended with status ${status}, and said:`,
      text: String(said),
    })),
  ];
  const hidden = texts.filter(({ text }, index) => {
    const isRepeated = texts.slice(0, index).some((earlier) => earlier.text.includes(text));
    return text.trim() !== '' && !isRepeated && !shown.includes(text.trim());
  });
  const added = hidden.map(({ title, text }) => `${title}\n${text.trimEnd().replace(/^/gm, '  | ')}\n`).join('\n');
  // jest prints the stack. Its first line that begins with "at" ends the message.
  if (added) failure.stack = shown.replace(/\n\s+at |$/, (end) => `\n\n${added}${end}`);
}
