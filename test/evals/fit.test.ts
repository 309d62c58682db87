import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fitAndScore } from '../../evals/fit/suite.ts';
import { specialists, tableFiles } from '../eval/table/helpers.ts';

describe('the fit suite', () => {
  test('fits on three questions of five and scores the others alone, beside the ranking that needs no fit', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pointsman-suite-'));
    for (const [path, content] of tableFiles(specialists(500)).all) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    const score = await fitAndScore(join(folder, 't/fake'), { seed: 1, pair: { strong: 'dear', weak: 'cheap' } });
    expect(score).toMatchObject({ fittedOn: 300, scored: 200, models: 2, choice: 'routed' });
    const { liftOverFreeMix, apgr } = score.metrics.router as { liftOverFreeMix: { mean: number }; apgr: { mean: number } };
    expect(liftOverFreeMix.mean).toBeGreaterThan(0.1);
    expect(apgr.mean).toBeGreaterThan(0.7);
    // Equations have the longer prompts, and are what the cheap model cannot do.
    expect(score.longerFirst?.mean).toBeGreaterThan(0.6);
  }, 60_000);
});
