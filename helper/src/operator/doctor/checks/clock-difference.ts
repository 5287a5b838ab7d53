import type { CheckResult } from './check-result.ts';

/** AWS refuses signatures whose time is more than five minutes off; S3 allows fifteen. */
const REFUSED_MS = 300_000;
/** Smaller differences are no news: the Date header has whole seconds, and its way takes time. */
const NOTABLE_MS = 60_000;

/**
 * Checks how far this machine's clock is off. Pure.
 * @param ms this clock minus AWS', by the Date header of an answer; undefined where it has none
 */
export function checkClock(ms: number | undefined): CheckResult<true> {
  if (ms === undefined) return { state: 'unknown', finding: "AWS' answer does not tell its time" };
  const off = Math.abs(ms);
  if (off < NOTABLE_MS) return { state: 'ok', finding: "agrees with AWS' within a minute", fact: true };
  const minutes = Math.round(off / 60_000);
  const finding = `this machine's clock is ${minutes} ${minutes === 1 ? 'minute' : 'minutes'} ${ms > 0 ? 'ahead of' : 'behind'} AWS'`;
  const hint = 'let it be set by the network: timedatectl set-ntp true, or chrony';
  if (off < REFUSED_MS) return { state: 'warning', category: 'usage', finding, hint, fact: true };
  return {
    state: 'problem',
    category: 'usage',
    finding: `${finding}; AWS refuses signatures that are more than 5 minutes off`,
    hint,
  };
}
