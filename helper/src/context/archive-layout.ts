/**
 * The folder of the archive that holds the context; kaniko gets it as --context-sub-path. kaniko leaves the archive itself
 * beside this folder, where no COPY can see it.
 */
export const CONTEXT_FOLDER = 'ctx';

/**
 * The folder of the archive that holds the Dockerfile, at its own path. The Dockerfile gets this second copy because the
 * ignore file may exclude it from the context, and a COPY must see exactly what the ignore file leaves.
 */
export const DOCKERFILE_FOLDER = 'dockerfile';
