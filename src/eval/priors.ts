import { LEVELS, type Level } from '../core/default-taxonomy.ts';
import type { QualityPrior } from '../core/policy.ts';
import { concaveHull, hullQuality } from './metrics/hull.ts';
import { qualityUnder, type TierMix } from './modelled.ts';

/** A fixed model or a router, reduced to what modelled quality depends on. `usd` is the mean per request. */
export type PriorContender = { mix: TierMix; usd: number };

/** How far one prior may move, the others held, before the conclusion turns; null where it never does within 0..1. */
export type PriorRange = { tier: Level; level: Level; prior: number; from: number | null; to: number | null };

export type PriorRanges = {
  /** Whether, under the printed priors, the router beats the free mix of fixed models. */
  conclusion: 'lift' | 'no-lift';
  lift: number;
  ranges: PriorRange[];
  /**
   * All priors at once: gaps to the high tier multiplied by this factor. 1 is the printed table, 0 makes all tiers alike.
   * The conclusion holds between `from` and `to`; null where it never turns between 0 and 3.
   */
  spread: { from: number | null; to: number | null };
};

const STEP = 0.005;
/** A lift below this is rounding. */
const TIE = 1e-9;

/**
 * For each prior, and for all of them stretched together, the range over which the conclusion would not flip.
 * The router's choices are held; its quality and the models' are linear in the priors, so nothing is classified again.
 */
export function priorRanges(router: PriorContender, models: readonly PriorContender[], prior: QualityPrior): PriorRanges {
  const holds = (table: QualityPrior) => liftUnder(table, router, models) > TIE;
  const concluded = holds(prior);
  const turns = (table: QualityPrior) => holds(table) !== concluded;
  const ranges = LEVELS.flatMap((tier) =>
    LEVELS.map((level) => {
      const current = prior[tier][level];
      const at = (value: number) => turns(withPrior(prior, tier, level, value));
      return { tier, level, prior: current, from: walk(current, 0, at), to: walk(current, 1, at) };
    }),
  );
  const stretched = (factor: number) => turns(withSpread(prior, factor));
  return {
    conclusion: concluded ? 'lift' : 'no-lift',
    lift: liftUnder(prior, router, models),
    ranges,
    spread: { from: walk(1, 0, stretched), to: walk(1, 3, stretched) },
  };
}

function liftUnder(prior: QualityPrior, router: PriorContender, models: readonly PriorContender[]): number {
  const points = models.filter(({ usd }) => !Number.isNaN(usd)).map(({ mix, usd }) => ({ cost: usd, quality: qualityUnder(prior, mix) }));
  return qualityUnder(prior, router.mix) - hullQuality(concaveHull(points), router.usd);
}

/** The first value from `start` towards `end` at which the conclusion turns, or null. */
function walk(start: number, end: number, turns: (value: number) => boolean): number | null {
  const steps = Math.round(Math.abs(end - start) / STEP);
  for (let step = 1; step <= steps; step++) {
    const value = step === steps ? end : start + Math.sign(end - start) * STEP * step;
    if (turns(value)) return Number(value.toFixed(3));
  }
  return null;
}

function withPrior(prior: QualityPrior, tier: Level, level: Level, value: number): QualityPrior {
  return { ...prior, [tier]: { ...prior[tier], [level]: value } };
}

function withSpread(prior: QualityPrior, factor: number): QualityPrior {
  const stretch = (tier: Level, level: Level) =>
    Math.min(1, Math.max(0, prior.high[level] + factor * (prior[tier][level] - prior.high[level])));
  const row = (tier: Level) => ({ low: stretch(tier, 'low'), medium: stretch(tier, 'medium'), high: stretch(tier, 'high') });
  return { low: row('low'), medium: row('medium'), high: row('high') };
}
