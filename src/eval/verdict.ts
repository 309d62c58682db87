import type { Standing } from './compete.ts';
import { isGap } from './metrics/gap.ts';
import type { PriorRange, PriorRanges } from './priors.ts';
import { differenceText, shareText } from './report/format.ts';
import type { Verdict } from './result.ts';

const RULE = 'quality is MODELLED from tier priors, and on modelled quality no other word is given';

/** The verdict on modelled quality: always MODELLED, with what the priors imply and how far they may be wrong. */
export function modelledVerdict(router: Standing, bestConstant: string | null): Verdict {
  const lift = router.liftOverFreeMix;
  const sure = !isGap(lift) && lift.ci95[0] > 0;
  const constant = bestConstant ?? 'one fixed model';
  return {
    word: 'MODELLED',
    text: `if the priors hold, lift over the free mix of fixed models at the same cost: ${differenceText(lift)} pts`,
    rule: RULE,
    advice: sure
      ? 'collect outcomes before believing it (`pointsman eval --outcomes`)'
      : `even under the priors routing does not pay for sure: use \`${constant}\` for everything`,
  };
}

export function noVerdict(reason: string): Verdict {
  return { word: 'MODELLED', text: `not enough data: ${reason}`, rule: RULE, advice: 'add rows with a gold complexity' };
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
