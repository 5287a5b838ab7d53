/** What a build reports, in the order in which it happens. Sizes are bytes, durations milliseconds. */
export type BuildEvent =
  | { type: 'build-started'; images: readonly string[]; pushed: boolean }
  | { type: 'context-progress'; files: number; bytes: number; uploaded: number }
  | {
      type: 'context-sent';
      files: number;
      bytes: number;
      uploaded: number;
      /** Packed bytes that S3 had already. */
      known: number;
      ms: number;
      ignored: number;
      ignoreFile: string | undefined;
    }
  /** The run was aborted while the context was sent. Its parts at S3 are deleted. */
  | { type: 'context-aborted' }
  | { type: 'repository-created'; repository: string; by: 'push' | 'helper' }
  | { type: 'task-definition-registered'; taskDefinition: string; reason: string }
  /** This call goes on with a task that an earlier call of the same build has started, and that still runs. */
  | { type: 'task-adopted'; id: string }
  | { type: 'task-started'; id: string; cpu: number; memory: number; spot: boolean; console: string }
  /** The task was in `status` for `ms`, and is in `now`. */
  | { type: 'task-status'; status: string; ms: number; now: string }
  | { type: 'task-stopping'; id: string; why: string }
  /** A line that the user's own RUN printed, or a step of the Dockerfile as kaniko reaches it. */
  | { type: 'build-line'; text: string }
  /**
   * No layer came from the cache. This is normal in a job's first build with kaniko's feature flags on: they give layers other
   * keys. `owners`: with these flags, files of a COPY after USER belong to root, too.
   */
  | { type: 'cache-anew'; owners: boolean }
  | { type: 'image-pushed'; image: string; digest: string; layers: number; cachedLayers: number }
  | { type: 'build-done'; ms: number; phases: Readonly<Record<string, number>> };
