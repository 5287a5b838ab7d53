/** What a build reports, in the order in which it happens. Sizes are bytes, durations milliseconds. */
export type BuildEvent =
  | { type: 'build-started'; images: readonly string[]; pushed: boolean }
  | { type: 'context-progress'; files: number; bytes: number; uploaded: number }
  | {
      type: 'context-sent';
      files: number;
      bytes: number;
      uploaded: number;
      /** What S3 had already, packed. */
      known: number;
      ms: number;
      ignored: number;
      ignoreFile: string | undefined;
    }
  /** The run was aborted while the context was sent: what there was of it at S3 is gone. */
  | { type: 'context-aborted' }
  | { type: 'repository-created'; repository: string; by: 'push' | 'helper' }
  | { type: 'task-definition-registered'; taskDefinition: string; reason: string }
  /** A task of an earlier call of the same build still runs: this call goes on with it. */
  | { type: 'task-adopted'; id: string }
  | { type: 'task-started'; id: string; cpu: number; memory: number; spot: boolean; console: string }
  /** The task left `status` after `ms`; `now` is where it is. */
  | { type: 'task-status'; status: string; ms: number; now: string }
  | { type: 'task-stopping'; id: string; why: string }
  /** A line that the user's own RUN printed, or a step of the Dockerfile as kaniko reaches it. */
  | { type: 'build-line'; text: string }
  /**
   * Nothing came from the cache, as in the first build of a job since kaniko's flags are on: layers have other keys.
   * `owners`: files of a COPY after USER belong to root now, too.
   */
  | { type: 'cache-anew'; owners: boolean }
  | { type: 'image-pushed'; image: string; digest: string; layers: number; cachedLayers: number }
  | { type: 'build-done'; ms: number; phases: Readonly<Record<string, number>> };
