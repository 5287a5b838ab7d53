// Names on the engine's side. The local cloud knows them too: it removes what a stand-in left that was killed.

/** Repository of the stand-in's own image; each local cloud has a tag of its own. */
export const STAND_IN_REPOSITORY = 'fargate-ci/kaniko-stand-in';

/** Repository of the images that the engine keeps while a build runs; tags begin with the local cloud's port. */
export const STEP_REPOSITORY = 'fargate-ci/kaniko-step';
