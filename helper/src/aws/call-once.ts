import type { World } from '../world.ts';
import { awsErrorFacts, isAccessDenied } from './errors.ts';
import { UnclearAnswer } from './idempotency.ts';

/** A call that must take effect once, and how to see whether it did. */
export interface OneTimeCall<Effect> {
  /** The API's name, for the log. */
  action: string;
  /** Sends it, as `once` does or with a token. Undefined: the answer does not say what was made. */
  send(): Promise<Effect | undefined>;
  /**
   * What shows of it; only what this very call can have made. Undefined: nothing yet.
   * Left out where a second call changes nothing.
   */
  find?(): Promise<Effect | undefined>;
  /** Where `send` repeats the call itself. */
  isRepeated?: boolean;
}

/** The state is read so often before the call counts as one that nobody heard, after pauses of so many ms. */
const LOOKS = 4;
const LOOK_MS = 1_500;
/** So long after the first answer that was lost neither calls nor looks begin. */
const OUTAGE_MS = 90_000;

type Tools = Pick<World, 'clock' | 'signal' | 'report' | 'abortBudget'>;

/**
 * Makes a call whose answer may be lost or cut: it is sent again only where several looks show nothing of it. A look
 * that fails shows nothing either way, so it does not count. An abort leaves time for two looks.
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
      const found = await look(tools, call, until);
      if (found !== undefined) return found;
      tools.signal.throwIfAborted();
      if (call.isRepeated || tools.clock.now() >= until) throw error.reason;
    }
  }
}

async function look<Effect>(
  { clock, signal, abortBudget }: Tools,
  { find }: OneTimeCall<Effect>,
  until: number,
): Promise<Effect | undefined> {
  let [clear, late] = [0, 0];
  while (clear < LOOKS) {
    await clock.sleep(signal.aborted ? abortBudget.msFor('pauseBeforeLook') : LOOK_MS);
    if (find === undefined) return undefined;
    try {
      const found = await find();
      if (found !== undefined) return found;
      clear += 1;
    } catch (error) {
      const cause: unknown = Reflect.get(Object(error), 'cause') ?? error;
      if (error === signal.reason || isAccessDenied(cause) || clock.now() >= until) throw error;
    }
    if (signal.aborted) late += 1;
    if (late > 1) return undefined;
  }
  return undefined;
}
