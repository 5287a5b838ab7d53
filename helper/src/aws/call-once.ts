import type { World } from '../world.ts';
import { awsErrorFacts, isAccessDenied } from './errors.ts';
import { UnclearAnswer } from './idempotency.ts';

/** A call that must take effect once, and how to see whether it did. */
interface OneTimeCall<Effect> {
  /** The API's name, for the log. */
  action: string;
  /**
   * Sends the call so that the SDK does not repeat it blindly, or with a token that makes repeating harmless.
   * Undefined: the answer does not say what was made.
   */
  send(): Promise<Effect | undefined>;
  /**
   * Looks for the effect, and accepts only what this very call can have made. Undefined: nothing is there yet.
   * Left out where repeating the call changes nothing more.
   */
  find?(): Promise<Effect | undefined>;
  /** True where `send` repeats the call itself. */
  isRepeated?: boolean;
}

/** The call counts as never received after this many looks without an effect, each after a pause. */
const LOOKS = 4;
const LOOK_MS = 1_500;
/** No call and no look begins later than this after the first lost answer. */
const OUTAGE_MS = 90_000;

type Tools = Pick<World, 'clock' | 'signal' | 'report' | 'abortBudget'>;

/**
 * Makes a call whose answer may get lost. It is sent again only after several looks that find no effect of it. A look
 * that fails proves nothing, so it does not count. After an abort there is time for two looks.
 * @throws the signal's reason, the error of the call, or of the looks where nothing can be read for 90 s
 */
export async function callOnce<Effect>(tools: Tools, call: OneTimeCall<Effect>): Promise<Effect> {
  let until: number | undefined;
  for (;;) {
    tools.signal.throwIfAborted();
    try {
      const effect = await call.send();
      if (effect !== undefined) return effect;
      throw new UnclearAnswer(new SyntaxError('the answer does not say what was made'));
    } catch (error) {
      if (!(error instanceof UnclearAnswer)) throw error;
      const text = `${call.action}: ${awsErrorFacts(error).message}; looking whether it took effect`;
      tools.report({ type: 'detail', text });
      until ??= tools.clock.now() + OUTAGE_MS;
      const found = await lookForEffect(tools, call, until);
      if (found !== undefined) return found;
      tools.signal.throwIfAborted();
      if (call.isRepeated || tools.clock.now() >= until) throw error.reason;
    }
  }
}

async function lookForEffect<Effect>(
  { clock, signal, abortBudget }: Tools,
  { find }: OneTimeCall<Effect>,
  until: number,
): Promise<Effect | undefined> {
  let [fruitless, afterAbort] = [0, 0];
  while (fruitless < LOOKS) {
    await clock.sleep(signal.aborted ? abortBudget.msFor('pauseBeforeLook') : LOOK_MS);
    if (find === undefined) return undefined;
    try {
      const found = await find();
      if (found !== undefined) return found;
      fruitless += 1;
    } catch (error) {
      const cause: unknown = Reflect.get(Object(error), 'cause') ?? error;
      if (error === signal.reason || isAccessDenied(cause) || clock.now() >= until) throw error;
    }
    if (signal.aborted) afterAbort += 1;
    if (afterAbort > 1) return undefined;
  }
  return undefined;
}
