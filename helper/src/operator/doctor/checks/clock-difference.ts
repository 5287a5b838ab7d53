import type { CheckResult } from '../check-runner.ts';

/** AWS refuses signatures that are more than five minutes off; S3 allows fifteen. */
const REFUSED_MS = 300_000;
/** The Date header has whole seconds, and was on its way. */
const NOTABLE_MS = 60_000;

/**
 * Pure: how far this machine's clock is off.
 * @param ms this clock less AWS', by the Date of an answer; undefined where that has none
 */
export function checkClock(ms: number | undefined): CheckResult<true> {
  if (ms === undefined) return { state: 'unknown', says: "AWS' answer does not tell its time" };
  const off = Math.abs(ms);
  if (off < NOTABLE_MS) return { state: 'ok', says: "agrees with AWS' within a minute", fact: true };
  const minutes = Math.round(off / 60_000);
  const says = `this machine's clock is ${minutes} ${minutes === 1 ? 'minute' : 'minutes'} ${ms > 0 ? 'ahead of' : 'behind'} AWS'`;
  const hint = 'let it be set by the network: timedatectl set-ntp true, or chrony';
  if (off < REFUSED_MS) return { state: 'warning', category: 'usage', says, hint, fact: true };
  return {
    state: 'problem',
    category: 'usage',
    says: `${says}; AWS refuses signatures that are more than 5 minutes off`,
    hint,
  };
}
