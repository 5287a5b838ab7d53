/** What came of an attempt to end a rollout. */
export interface RolloutEnding {
  /** The state of the service now, as a clause for people. */
  state: string;
  /** Nothing was undone, on purpose or because it failed: what was deployed is left in place, or the rollout goes on. */
  leftInPlace: boolean;
}
