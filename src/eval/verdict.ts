import type { Estimated, Standing } from './compete.ts';
import { type Gap, isGap } from './metrics/gap.ts';
import { rowsForMean } from './metrics/power.ts';
import { tooFewText } from './metrics/visible.ts';
import type { PriorRange, PriorRanges } from './priors.ts';
import { differenceText, gapText, shareText } from './report/format.ts';
import type { Verdict } from './result.ts';
import type { AnsweredRows } from './validity.ts';

const RULE = 'quality is MODELLED from tier priors, and on modelled quality no other word is given';

/** The verdict on modelled quality: always MODELLED, with what the priors imply and how far they may be wrong. */
export function modelledVerdict(router: Standing, bestConstant: string | null, rows: number): Verdict {
  const lift = router.liftOverFreeMix;
  if (isGap(lift)) {
    const advice =
      lift.undefined === 'unknown-cost' ? 'bring prices (`--catalogue FILE`); labels of a file (`--predictions`) tell no cost' : 'add rows';
    const text = `no lift over the free mix of fixed models: ${gapText(lift)}`;
    return { word: 'MODELLED', text, rule: RULE, advice: tooFewText(rows) ?? advice };
  }
  return {
    word: 'MODELLED',
    text: `if the priors hold, lift over the free mix of fixed models at the same cost: ${differenceText(lift)} pts`,
    rule: RULE,
    advice: tooFewText(rows) ?? adviceFor(lift.ci95, bestConstant ?? 'one fixed model'),
  };
}

function adviceFor([low, high]: readonly [number, number], constant: string): string {
  if (low > 0) return 'collect outcomes before believing it (`pointsman eval --outcomes`)';
  const found = high < 0 ? 'routing loses' : 'routing does not pay for sure';
  return `even under the priors ${found}: use \`${constant}\` for everything`;
}

export function noVerdict(reason: string, advice = 'add rows with a gold complexity'): Verdict {
  return { word: 'MODELLED', text: `not enough data: ${reason}`, rule: RULE, advice };
}

/** The priors nearest to turning the conclusion. */
export function flipText({ ranges, spread }: PriorRanges): string {
  const nearest = ranges
    .flatMap((range) => edges(range))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 2)
    .map(({ text }) => text);
  const together =
    spread.from === null
      ? spread.to === null
        ? []
        : [`all gaps between tiers × ${spread.to.toFixed(2)}`]
      : [`all gaps between tiers × ${spread.from.toFixed(2)}`];
  const turns = [...nearest, ...together];
  return turns.length === 0 ? 'no single prior between 0 and 1 would turn it' : `it would turn if ${turns.join(', or ')}`;
}

function edges({ tier, level, prior, from, to }: PriorRange): { distance: number; text: string }[] {
  const name = `a ${tier}-tier model on a ${level} request`;
  const edge = (value: number | null, sign: string) =>
    value === null
      ? []
      : [{ distance: Math.abs(value - prior), text: `${name} passes ${sign} ${shareText(value)} (prior ${shareText(prior)})` }];
  return [...edge(from, '≤'), ...edge(to, '≥')];
}

/** How much worse still counts as no worse, as a share. */
export const MARGIN = 0.01;

/** The word for an interval of a difference, given what still counts as no worse. */
export function wordFor([low, high]: readonly [number, number], margin = MARGIN): 'BETTER' | 'WORSE' | 'NO WORSE' | 'CANNOT TELL' {
  if (low > 0) return 'BETTER';
  if (high < 0) return 'WORSE';
  return low > -margin ? 'NO WORSE' : 'CANNOT TELL';
}

/** Rows at which a difference of this size, or of the margin where it is smaller, would be seen at 80 % power. */
export function rowsToSettle({ mean, ci95: [low, high] }: Estimated, rows: number): number {
  const deviation = ((high - low) / 3.92) * Math.sqrt(rows);
  return Math.max(rows + 1, rowsForMean(Math.max(Math.abs(mean), MARGIN), deviation));
}

/** The verdict where no row has an answer in both runs. */
export function nothingCommon(before: AnsweredRows, after: AnsweredRows): Verdict {
  const share = ({ answered, all }: AnsweredRows) => `${answered} of ${all} rows`;
  return {
    word: 'INVALID',
    text: `no row was answered in both runs: ${share(before)} in the older, ${share(after)} in the newer`,
    rule: 'only rows answered in both runs are compared; a row lost to the provider or never asked says nothing of either',
    advice: 'run the one without answers again, with `--retry-errors` or more `--max-usd`',
  };
}

/** The word for one run against an earlier one, by the primary figure alone. */
export function comparisonVerdict(difference: Estimated | Gap, primary: string, rows: number): Verdict {
  const rule = `difference in ${primary}, newer less older, 95 % interval by paired cluster bootstrap: BETTER above 0; WORSE below 0; NO WORSE above −${MARGIN * 100} pt; else CANNOT TELL`;
  if (isGap(difference)) return { word: 'CANNOT TELL', text: `${primary}: ${gapText(difference)}`, rule, advice: 'add rows' };
  const word = wordFor(difference.ci95);
  const settle = `about ${rowsToSettle(difference, rows).toLocaleString('en')} rows would settle it`;
  const advice = { BETTER: 'keep it', WORSE: 'take it back', 'NO WORSE': 'keep it if it is cheaper or simpler', 'CANNOT TELL': settle }[
    word
  ];
  return { word, text: `${primary} ${differenceText(difference)} pts`, rule, advice };
}
