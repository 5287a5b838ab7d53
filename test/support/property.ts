import fc from 'fast-check';

/**
 * fast-check with a fixed seed, so that property tests try the same cases in each run: a red run can be repeated, and says
 * something about the change that it tests. PROPERTY_SEED=123 tries other cases, except where a test names its own seed.
 */
fc.configureGlobal({ seed: Number(process.env.PROPERTY_SEED ?? 20_261_127) });

export default fc;
