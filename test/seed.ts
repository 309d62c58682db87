import fc from 'fast-check';

/** Property tests draw with one seed, so that a run is the same everywhere; `PROPERTY_SEED=n` looks elsewhere. */
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env.PROPERTY_SEED ?? 20_261_121) });
