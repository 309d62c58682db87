import { expect, it } from 'vitest';
import type { Standing } from '../../src/eval/compete.ts';
import { modelledVerdict } from '../../src/eval/verdict.ts';

const advice = (low: number, high: number) =>
  modelledVerdict({ liftOverFreeMix: { mean: (low + high) / 2, ci95: [low, high] } } as Partial<Standing> as Standing, 'a/b', 500).advice;

it('says that routing loses only where the whole interval is below nothing, and that it pays only where it is above', () => {
  expect(advice(-0.009, -0.001)).toBe('even under the priors routing loses: use `a/b` for everything');
  expect(advice(-0.004, 0.002)).toBe('even under the priors routing does not pay for sure: use `a/b` for everything');
  expect(advice(0.001, 0.02)).toMatch(/^collect outcomes before believing it/);
});
