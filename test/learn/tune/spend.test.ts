import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openSpend } from '../../../src/learn/tune/spend.ts';
import { memoryFiles } from '../../eval/helpers.ts';

const PATH = 'run/spend.jsonl';

describe('the purse of a tuning run', () => {
  it('counts what calls really cost, and refuses what could pass the cap', () => {
    const spend = openSpend(PATH, 1, memoryFiles());
    spend.hold(0.5)(0.2);
    const pending = spend.hold(0.5);
    expect(spend.spentUsd).toBeCloseTo(0.2);
    expect(() => spend.demand(0.31)).toThrow(expect.objectContaining({ code: 'budget.exceeded' }));
    pending(0.1);
    expect(() => spend.demand(0.31)).not.toThrow();
  });

  it('counts a call nobody settled at its worst after a kill, and settled ones as they were', () => {
    const files = memoryFiles();
    const first = openSpend(PATH, 1, files);
    first.hold(0.3)(0.1);
    first.hold(0.4);
    first.hold(0.2)(0);
    const second = openSpend(PATH, 1, files);
    expect(second.spentUsd).toBeCloseTo(0.5);
    second.hold(0.1)(0.1);
    expect(openSpend(PATH, 1, files).spentUsd).toBeCloseTo(0.6);
  });

  it('F-54 never forgets a settled cent, wherever the log was torn', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.boolean()), { minLength: 1, maxLength: 12 }),
        fc.nat(),
        (calls, cut) => {
          const files = memoryFiles();
          const spend = openSpend(PATH, 1_000, files);
          for (const [usd, settled] of calls) {
            const settle = spend.hold(usd);
            if (settled) settle(usd - 1);
          }
          const whole = files.all.get(PATH) as Buffer;
          const kept = whole.subarray(0, whole.length - (cut % Math.min(40, whole.length)));
          files.all.set(PATH, kept);
          const lines = kept
            .toString('utf8')
            .split('\n')
            .slice(0, -1)
            .map((line) => JSON.parse(line) as { call: number; hold?: number; spent?: number });
          const due = new Map<number, number>();
          for (const { call, hold, spent } of lines) due.set(call, spent ?? hold ?? 0);
          expect(openSpend(PATH, 1_000, files).spentUsd).toBeCloseTo([...due.values()].reduce((sum, usd) => sum + usd, 0));
        },
      ),
      { seed: 9, numRuns: 200 },
    );
  });
});
