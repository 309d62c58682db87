import { groupPredictor } from './groups.ts';
import type { Predictor } from './predictor.ts';
import type { OutcomeTable } from './table.ts';

const BINS = 10;

/** Expected quality by length of the prompt, ten bins of equal count on the fit rows: what no router should lose to. */
export function lengthPredictor(table: OutcomeTable): Predictor {
  const lengths = table.prompts.map((prompt) => prompt.length);
  return groupPredictor('length', table, (fit) => {
    const sorted = Array.from(fit, (row) => lengths[row] ?? 0).sort((a, b) => a - b);
    const cuts = Array.from({ length: BINS - 1 }, (_, bin) => sorted[Math.floor(((bin + 1) * sorted.length) / BINS)] ?? 0);
    return [{ groups: BINS, of: (row) => [{ group: cuts.filter((cut) => (lengths[row] ?? 0) > cut).length, weight: 1 }] }];
  });
}
