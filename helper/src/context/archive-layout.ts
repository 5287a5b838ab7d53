/** The folder of the archive that holds the context: kaniko's --context-sub-path. Beside it kaniko leaves the archive itself, which no COPY must see. */
export const CONTEXT_FOLDER = 'ctx';

/**
 * The folder of the archive that holds the Dockerfile, at its path. It has a copy of its own, since the context has what its ignore
 * file leaves of it, no more and no less: COPY takes all of that.
 */
export const DOCKERFILE_FOLDER = 'dockerfile';
