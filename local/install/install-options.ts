export interface InstallOptions {
  /** Prints a line about what is being installed. */
  readonly say: (line: string) => void;
  /** Stops the installation when it is aborted. */
  readonly signal?: AbortSignal | undefined;
}
