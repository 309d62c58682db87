import { z } from 'zod';
import { RouterError } from '../core/errors.ts';
import type { Comparison } from './compare.ts';
import type { Estimated } from './compete.ts';
import { type Gap, isGap } from './metrics/gap.ts';
import { differenceText, pointsTick, shareText, usdText } from './report/format.ts';
import type { ServedRow } from './served.ts';

const share = z.number().min(0).max(1);

/** What must hold before a change may pass. Every part is optional; what is not named is not checked. */
export const Gate = z.strictObject({
  /** One figure against the reference: the lower end of its interval must be above −margin (noninferior) or above 0 (superior). */
  primary: z
    .strictObject({
      metric: z.string().default('all axes'),
      test: z.enum(['noninferior', 'superior']).default('noninferior'),
      margin: share.default(0.01),
    })
    .optional(),
  /** Least value of a figure, such as `risk.topRecall: 0.9`. */
  floors: z.record(z.string(), z.number()).default({}),
  /** Most dollars per 1,000 rows: a number, or `+5%` above the reference. */
  budget: z
    .strictObject({
      cost_per_1k_max: z
        .union([z.number().min(0), z.string().regex(/^\+\d+(\.\d+)?%$/, 'expected dollars, or a share above the reference such as `+5%`')])
        .optional(),
    })
    .default({}),
  /** Rows that must be right on every axis: a JSONL file of `{"id": …}`. */
  cases: z.strictObject({ never_break: z.string() }).optional(),
  stale: z.strictObject({ baseline_max_age_days: z.number().min(0) }).optional(),
  /** A reference of other rows, labels, models or prices: end with exit code 3, or say so and skip what needs a reference. */
  noncomparable: z.enum(['fail', 'skip']).default('fail'),
});
export type Gate = z.infer<typeof Gate>;

/** `skipped` is a check the gate's file allows to be left out, and says so. */
export type GateCheck = { name: string; pass: boolean; skipped?: boolean; found: string; wanted: string };

export type GateInput = {
  gate: Gate;
  /** Figures by the names floors may use; null where a figure does not exist. */
  figures: ReadonlyMap<string, number | null>;
  usdPer1k: number | null;
  comparison: Comparison | null;
  /** Why there is none, where checks that need one are to be skipped. */
  noReference?: string;
  served: readonly ServedRow[];
  /** Ids that must be right. */
  neverBreak: readonly string[];
  /** Wall time, milliseconds since 1970. */
  now: number;
};

/**
 * Every check of a gate, in the order of the file. A check that cannot be made fails: silence is not green.
 *
 * @throws RouterError `options.invalid` for a floor on a figure that does not exist
 */
export function checkGate(input: GateInput): GateCheck[] {
  const { gate, noReference } = input;
  const skippable = (check: GateCheck): GateCheck =>
    noReference === undefined ? check : { ...check, pass: true, skipped: true, found: `skipped: ${noReference}` };
  const relative = typeof gate.budget.cost_per_1k_max === 'string';
  return [
    ...(gate.primary === undefined ? [] : [skippable(primaryCheck(gate.primary, input))]),
    ...Object.entries(gate.floors).map(([name, floor]) => floorCheck(name, floor, input)),
    ...(gate.budget.cost_per_1k_max === undefined
      ? []
      : [relative ? skippable(budgetCheck(gate.budget.cost_per_1k_max, input)) : budgetCheck(gate.budget.cost_per_1k_max, input)]),
    ...(gate.cases === undefined ? [] : [casesCheck(input)]),
    ...(gate.stale === undefined ? [] : [skippable(staleCheck(gate.stale.baseline_max_age_days, input))]),
  ];
}

function primaryCheck({ metric, test, margin }: NonNullable<Gate['primary']>, { comparison }: GateInput): GateCheck {
  const bound = test === 'superior' ? 0 : -margin;
  const name = `${metric} is ${test === 'superior' ? 'better' : 'no worse'}`;
  const wanted = `lower end of the 95 % interval above ${pointsTick(bound)} pts`;
  const figure = comparison === null ? null : figureOf(metric, comparison);
  if (figure === null) return { name, pass: false, found: missing(comparison), wanted };
  if (isGap(figure)) return { name, pass: false, found: differenceText(figure), wanted };
  return { name, pass: figure.ci95[0] > bound, found: differenceText(figure), wanted };
}

function missing(comparison: Comparison | null): string {
  if (comparison === null) return 'no reference to compare with';
  return `no figure is called so here: use ${[...comparison.differences.map(({ name }) => name), 'quality'].join(', ')}`;
}

function figureOf(metric: string, { differences, quality }: Comparison): Estimated | Gap | null {
  if (metric === 'quality') return quality;
  return differences.find(({ name }) => name === metric)?.difference ?? null;
}

function floorCheck(name: string, floor: number, { figures }: GateInput): GateCheck {
  const figure = figures.get(name);
  if (figure === undefined) {
    const advice = `use one of ${[...figures.keys()].slice(0, 30).join(', ')}`;
    throw new RouterError('options.invalid', `the gate has a floor on \`${name}\`, which this run does not have`, {
      where: `floors.${name}`,
      advice,
    });
  }
  return {
    name: `${name} ≥ ${shareText(floor)}`,
    pass: figure !== null && figure >= floor,
    found: figure === null ? 'not enough data' : shareText(figure),
    wanted: `at least ${shareText(floor)}`,
  };
}

function budgetCheck(most: number | string, { usdPer1k, comparison }: GateInput): GateCheck {
  const name = 'cost per 1,000 rows';
  const change = comparison === null || isGap(comparison.usdPer1k) ? null : comparison.usdPer1k.mean;
  const before = comparison?.usdPer1kBefore ?? null;
  // A share is of the reference on the rows answered in both runs; a sum is of all of this run.
  const found = typeof most === 'number' ? usdPer1k : before === null || change === null ? null : before + change;
  const limit = typeof most === 'number' ? most : before === null ? null : before * (1 + Number(most.slice(1, -1)) / 100);
  const wanted = limit === null ? `${most} above a reference` : `at most ${usdText(limit)}`;
  return { name, pass: found !== null && limit !== null && found <= limit + 1e-12, found: usdText(found), wanted };
}

function casesCheck({ served, neverBreak }: GateInput): GateCheck {
  const byId = new Map(served.map((row) => [row.id, row]));
  const broken = neverBreak.filter((id) => {
    const row = byId.get(id);
    return row === undefined || Object.entries(row.gold).some(([axis, value]) => row.label[axis]?.value !== value);
  });
  const found =
    broken.length === 0
      ? `${neverBreak.length} right`
      : `wrong or missing: ${broken.slice(0, 5).join(', ')}${broken.length > 5 ? ', …' : ''}`;
  return { name: 'cases that must never break', pass: broken.length === 0, found, wanted: `all ${neverBreak.length} right` };
}

const DAY_MS = 86_400_000;

function staleCheck(days: number, { comparison, now }: GateInput): GateCheck {
  const name = 'the reference is fresh';
  const wanted = `at most ${days} days old`;
  if (comparison === null) return { name, pass: false, found: 'no reference', wanted };
  const age = (now - Date.parse(comparison.reference.startedAt)) / DAY_MS;
  return { name, pass: age <= days, found: `${age.toFixed(1)} days old`, wanted };
}
