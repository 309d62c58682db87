import { describe, expect, it } from 'vitest';
import type { Answerer } from '../../../src/core/answerer.ts';
import { seededRandom } from '../../../src/core/random.ts';
import type { Cell } from '../../../src/eval/collect/cell.ts';
import { correctionOf, type HumanGrade } from '../../../src/eval/collect/correction.ts';
import type { CollectRow } from '../../../src/eval/collect/rows.ts';
import { summaryOf } from '../../../src/eval/collect/summary.ts';

describe('the correction by human grades', () => {
  /** A judge of known reliability over answers of known quality, and people who check some of them. */
  function simulated(seed: number, truth: number, human: number) {
    const random = seededRandom(seed);
    const judged = new Map<string, Cell>();
    const grades: HumanGrade[] = [];
    for (let at = 0; at < 400 + human; at++) {
      const good = random() < truth;
      const passed = random() < (good ? 0.85 : 0.25);
      const cell = { id: `r${at}`, model: 'a/x', repeat: 0, quality: passed ? 1 : 0 } as Cell;
      judged.set(JSON.stringify([cell.id, cell.model, 0]), cell);
      if (at >= 400) grades.push({ id: cell.id, model: cell.model, repeat: 0, good });
    }
    return correctionOf(grades, judged, () => false);
  }

  it('finds the true share behind a judge that is often wrong, and says how surely', () => {
    let covered = 0;
    for (let seed = 0; seed < 300; seed++) {
      const [model] = simulated(seed, 0.7, 200).models;
      if (model === undefined || !('rate' in model.corrected)) continue;
      const { low, high } = model.corrected.interval;
      if (low <= 0.7 && high >= 0.7) covered++;
    }
    expect(covered / 300).toBeGreaterThanOrEqual(0.93);
    const [one] = simulated(1, 0.7, 200).models;
    expect(one?.judged).toBeLessThan(0.72);
    expect(one?.rows).toBe(400);
  });

  it('says so where people saw answers of one kind only, or the judge is no better than chance', () => {
    const cell = { id: 'r', model: 'a/x', repeat: 0, quality: 1 } as Cell;
    const other = { ...cell, id: 's' };
    const judged = new Map([cell, other].map((each) => [JSON.stringify([each.id, each.model, 0]), each]));
    const corrected = correctionOf([{ id: 'r', model: 'a/x', repeat: 0, good: true }], judged, () => false);
    expect(corrected).toMatchObject({ human: 1, sensitivity: 1, specificity: null, models: [{ corrected: { undefined: 'no-rows' } }] });
  });
});

describe('the qualities a collection prints', () => {
  it('cover the truth in 93 to 97 of a hundred simulated collections', () => {
    const prompts = 120;
    let [covered, all] = [0, 0];
    for (let seed = 0; seed < 400; seed++) {
      const random = seededRandom(seed);
      const rows = Array.from({ length: prompts }, (_, at) => ({ id: `q${at}`, cluster: null }) as CollectRow);
      const price = { input: 1, output: 1, cachedInput: null, reasoning: null };
      const answerers = ['a/x', 'b/y'].map((id) => ({ id, price }) as Answerer);
      const cells = rows.flatMap(({ id }) => {
        // Some prompts are easy for both; the truth is the mean over all there could be: .5 and .7.
        const ease = random();
        return answerers.flatMap(({ id: model }, at) =>
          [0, 1].map((repeat) => {
            const quality = random() < (at === 0 ? ease : 0.4 + 0.6 * ease) ? 1 : 0;
            return {
              id,
              model,
              repeat,
              state: 'ok',
              quality,
              why: null,
              answer: 'h',
              tokens: null,
              usd: 0,
              judge: null,
              finish: 'stop',
            } as Cell;
          }),
        );
      });
      const usd = { thisRun: 0, candidates: 0, judge: 0, unknown: 0 };
      const summary = summaryOf({ table: 't', rows, answerers, repeat: 2, cells, skipped: [], usd, correction: null, sheet: null });
      for (const [at, truth] of [0.5, 0.7].entries()) {
        const [low, high] = summary.models[at]?.quality?.ci95 ?? [1, 0];
        all++;
        if (low <= truth && truth <= high) covered++;
      }
    }
    expect(covered / all).toBeGreaterThanOrEqual(0.93);
    expect(covered / all).toBeLessThanOrEqual(0.97);
  });
});
