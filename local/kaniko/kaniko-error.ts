/** A failure with kaniko's own words and exit code. */
export class KanikoError extends Error {
  /**
   * @param {string} message
   * @param {number} status
   */
  constructor(message, status = 1) {
    super(message);
    this.status = status;
  }
}

/** @param {unknown} error */
export function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}
