/** What came of an attempt to end a rollout. */
export interface RolloutEnding {
  /** The state of the service now, as a clause for people. */
  state: string;
  /** Our deployment or our count stays in place, on purpose or because undoing it failed. False where we had changed nothing. */
  leftInPlace: boolean;
}

/** The rollout is over, or was never ours to undo: nothing of it stays in place. */
export const endedWith = (state: string): RolloutEnding => ({ state, leftInPlace: false });
