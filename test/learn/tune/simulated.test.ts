import { describe, expect, inject, it } from 'vitest';
import { proveTuning } from '../../../evals/prove/tuning.ts';
import { proveTuningKills } from '../../../evals/prove/tuning-kills.ts';

/** Small worlds, so that the whole takes a few seconds. */
const FEW = { train: 50, dev: 90, test: 90 };

/** A fiftieth of what `npm run prove` runs. */
describe('the tuner against a model whose truth is known', () => {
  it('finds what helps, refuses what only seems to, copies nothing, keeps to its cap', { timeout: 120_000 }, async () => {
    for (const { claim, holds, found } of await proveTuning(2, 11, FEW)) expect({ claim, found, holds }).toMatchObject({ holds: true });
  });

  it('F-54 survives kill −9 and ends as if nothing had happened', { timeout: 120_000 }, async () => {
    for (const { claim, holds, found } of await proveTuningKills(1, 11, inject('built')))
      expect({ claim, found, holds }).toMatchObject({ holds: true });
  });
});
