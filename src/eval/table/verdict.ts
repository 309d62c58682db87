import type { Estimated } from '../compete.ts';
import { type Gap, isGap } from '../metrics/gap.ts';
import { LEAST_VISIBLE_ROWS, tooFewText } from '../metrics/visible.ts';
import { differenceText, gapText, pointsText } from '../report/format.ts';
import type { Verdict, VerdictWord } from '../result.ts';
import { MARGIN, rowsToSettle, wordFor } from '../verdict.ts';

const RULE = `lift over the free mix of fixed models at the same cost, 95 % interval by paired cluster bootstrap: BETTER above 0 (unless everything goes to one model); WORSE below 0; NO WORSE above −${MARGIN * 100} pt; else, and on fewer than ${LEAST_VISIBLE_ROWS} rows, CANNOT TELL`;

export type VerdictInput = {
  lift: Estimated | Gap;
  bestConstant: string;
  rows: number;
  modelledCost: boolean;
  /** The one model the router sends everything to, if it does. */
  onlyModel: string | null;
  /** Lifts of controls that need no labels. */
  simpler: readonly { name: string; lift: number }[];
};

/** The word for a router on measured outcomes, by the lift alone: chosen before any figure was seen. */
export function tableVerdict(input: VerdictInput): Verdict {
  const { lift, rows, bestConstant } = input;
  if (isGap(lift)) return { word: 'CANNOT TELL', text: `no lift: ${gapText(lift)}`, rule: RULE, advice: adviceForGap(lift) };
  const text = `lift over the free mix ${differenceText(lift)} pts`;
  const few = tooFewText(rows);
  if (few !== null) return { word: input.modelledCost ? 'MODELLED' : 'CANNOT TELL', text, rule: RULE, advice: few };
  const word = tableWord(lift.ci95, input);
  if (input.onlyModel !== null) {
    return {
      word,
      text: `${text}, but everything goes to one model`,
      rule: RULE,
      advice: `use ${input.onlyModel} for everything: this router routes nothing`,
    };
  }
  if (word === 'BETTER') return { word, text, rule: RULE, advice: adviceForBetter(lift, input) };
  if (word === 'MODELLED') return { word, text, rule: RULE, advice: 'the cost rests on assumed output tokens: measure them before acting' };
  const use = `use ${bestConstant} for everything`;
  const settle = `, or settle it with about ${rowsToSettle(lift, rows).toLocaleString('en')} rows`;
  return { word, text, rule: RULE, advice: word === 'CANNOT TELL' ? `${use}${settle}` : use };
}

function tableWord(interval: readonly [number, number], { modelledCost, onlyModel }: VerdictInput): VerdictWord {
  if (modelledCost) return 'MODELLED';
  const word = wordFor(interval);
  return word === 'BETTER' && onlyModel !== null ? 'NO WORSE' : word;
}

/** A router that a ruler beats is no better than a ruler. */
function adviceForBetter({ mean }: Estimated, { simpler }: VerdictInput): string {
  const rivals = simpler.filter(({ lift }) => lift >= mean - 1e-9).sort((a, b) => b.lift - a.lift);
  if (rivals.length === 0) return 'routing pays on this table, and more than what needs no labels';
  return `routing pays on this table, but what needs no labels lifts as much, each at its own cost: ${rivals.map(({ name, lift }) => `${name} ${pointsText(lift)}`).join(', ')}`;
}

function adviceForGap({ undefined: reason }: Gap): string {
  if (reason === 'unknown-cost')
    return 'give prices in `models.csv` and token counts, or `--assume-output-tokens N`, which makes the cost MODELLED';
  return 'add rows';
}
