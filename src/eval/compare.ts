import { seededRandom } from '../core/random.ts';
import type { Estimated } from './compete.ts';
import { clusterBootstrapMany } from './metrics/bootstrap.ts';
import { type Gap, gap, isGap } from './metrics/gap.ts';
import { type McNemar, mcnemar } from './metrics/mcnemar.ts';
import { holm } from './metrics/multiplicity.ts';
import { clusterSums, denseIndex } from './metrics/resample.ts';
import type { Verdict } from './result.ts';
import type { ServedRow } from './served.ts';
import { SLICE_ROWS } from './slices.ts';
import { type AnsweredRows, isAnswered } from './validity.ts';
import { comparisonVerdict, nothingCommon } from './verdict.ts';

/** A change that a row saw: `fixed` when only the newer run is right, `broken` when only the older one is. */
export type Flip = {
  id: string;
  kind: 'fixed' | 'broken';
  gold: Record<string, string>;
  before: Record<string, string>;
  after: Record<string, string>;
  /** Newer less older; null when unknown. */
  usd: number | null;
  quality: number | null;
  text: string;
};

/** One figure of two runs on the same rows; `difference` is newer less older. */
export type Difference = {
  name: string;
  n: number;
  difference: Estimated | Gap;
  /** Rows right in the older run; absent in comparisons of earlier versions. */
  before?: number;
  fixed: number;
  broken: number;
  p: McNemar;
  holm: number;
};

export type Comparison = {
  reference: { name: string; hash: string; startedAt: string };
  /** What the two runs do not have in common. */
  changed: string[];
  n: number;
  /** Rows that only one of the two runs has. */
  dropped?: number;
  /** Rows of either run and how many of them were answered: only rows answered in both are compared. Absent in comparisons of earlier versions. */
  rows?: { before: AnsweredRows; after: AnsweredRows };
  clusters: number;
  /** The figure the verdict rests on. */
  primary: string;
  differences: Difference[];
  /** Slices of at least thirty rows that are not all rows, on the primary figure; Holm over all of them. */
  slices: Difference[];
  quality: Estimated | Gap;
  usdPer1k: Estimated | Gap;
  /** The older run's dollars per 1,000 on the compared rows; null when unknown, absent in comparisons of earlier versions. */
  usdPer1kBefore?: number | null;
  flips: Flip[];
  verdict: Verdict;
};

export type CompareInput = {
  before: readonly ServedRow[];
  after: readonly ServedRow[];
  reference: Comparison['reference'];
  changed: string[];
  seed: number;
  replicates: number;
  /** Why one of the runs may not be acted on, if so: said in place of the advice. */
  caution?: string | null;
};

/** One row in two runs. */
export type Pair = { before: ServedRow; after: ServedRow };

/** Two runs on the same rows, paired: rows that only one of them has, or has an answer to, are left out. */
export function compareRuns(input: CompareInput): Comparison {
  const { before, after, reference, changed, seed, replicates } = input;
  const { pairs, dropped } = pairsOf(before, after);
  const clusterOf = denseIndex(pairs.map(({ after: row }) => row.cluster));
  const axes = Object.keys(pairs[0]?.after.gold ?? {});
  const measures =
    axes.length === 0 ? [] : [{ name: 'all axes', right: rightOn(axes) }, ...axes.map((axis) => ({ name: axis, right: rightOn([axis]) }))];
  const differences = differencesOf(pairs, clusterOf, measures, seed, replicates);
  const [quality, usdPer1k] = servedDifferences(pairs, clusterOf, seed, replicates);
  const primary = differences[0]?.name ?? (Object.keys((after[0] ?? before[0])?.gold ?? {}).length > 0 ? 'all axes' : 'quality');
  const main = differences[0]?.difference ?? quality ?? gap('no-rows');
  return {
    reference,
    changed,
    n: pairs.length,
    dropped,
    rows: { before: answeredOf(before), after: answeredOf(after) },
    clusters: new Set(clusterOf).size,
    primary,
    differences,
    slices: sliceDifferences(pairs, measures[0]?.right, seed, replicates),
    quality: quality ?? gap('no-rows'),
    usdPer1k: usdPer1k ?? gap('no-rows'),
    usdPer1kBefore: meanUsdPer1k(pairs.map((pair) => pair.before)),
    flips: flipsOf(pairs, axes),
    verdict: verdictOf(input, main, primary, pairs.length),
  };
}

/** Rows answered in both runs, in the order of the newer one, and how many rows only one of them has. */
export function pairsOf(before: readonly ServedRow[], after: readonly ServedRow[]): { pairs: Pair[]; dropped: number } {
  const older = new Map(before.map((row) => [row.id, row]));
  const shared = after.flatMap((row) => {
    const other = older.get(row.id);
    return other === undefined ? [] : [{ before: other, after: row }];
  });
  const pairs = shared.filter((pair) => isAnswered(pair.before) && isAnswered(pair.after));
  return { pairs, dropped: before.length + after.length - 2 * shared.length };
}

const answeredOf = (rows: readonly ServedRow[]): AnsweredRows => ({ all: rows.length, answered: rows.filter(isAnswered).length });

function meanUsdPer1k(rows: readonly ServedRow[]): number | null {
  if (rows.length === 0 || rows.some(({ usd }) => usd === null)) return null;
  return (rows.reduce((sum, { usd }) => sum + (usd ?? 0), 0) / rows.length) * 1_000;
}

function verdictOf({ before, after, caution }: CompareInput, main: Estimated | Gap, primary: string, rows: number): Verdict {
  if (rows === 0) return nothingCommon(answeredOf(before), answeredOf(after));
  const verdict = comparisonVerdict(main, primary, rows);
  return caution === undefined || caution === null ? verdict : { ...verdict, advice: `act on nothing of this: ${caution}` };
}

/** 0 or 1; between them where a row was asked several times. */
type Right = (row: ServedRow) => number;

export const rightOn =
  (axes: readonly string[]): Right =>
  ({ gold, label, shares }) =>
    shares?.[axes.length === 1 ? (axes[0] ?? '') : ''] ?? Number(axes.every((axis) => label[axis]?.value === gold[axis]));

function differencesOf(
  pairs: readonly Pair[],
  clusterOf: Int32Array,
  measures: readonly { name: string; right: Right }[],
  seed: number,
  replicates: number,
): Difference[] {
  const compared = measures.map(({ name, right }) => differenceOf(name, pairs, clusterOf, right, seed, replicates));
  const adjusted = holm(compared.map(({ p }) => p.exact));
  return compared.map((difference, index) => ({ ...difference, holm: adjusted[index] ?? 1 }));
}

function differenceOf(
  name: string,
  pairs: readonly Pair[],
  clusterOf: Int32Array,
  right: Right,
  seed: number,
  replicates: number,
): Difference {
  let [fixed, broken] = [0, 0];
  const change = Float64Array.from(pairs, ({ before, after }) => {
    const step = right(after) - right(before);
    if (step > 0) fixed++;
    if (step < 0) broken++;
    return step;
  });
  const [difference] = estimates([change], clusterOf, seed, replicates);
  const rightBefore = pairs.reduce((sum, { before }) => sum + right(before), 0);
  return {
    name,
    n: pairs.length,
    difference: difference ?? gap('no-rows'),
    before: rightBefore,
    fixed,
    broken,
    p: mcnemar(fixed, broken),
    holm: 1,
  };
}

function estimates(columns: Float64Array[], clusterOf: Int32Array, seed: number, replicates: number): (Estimated | Gap)[] {
  const fill = (means: Float64Array, into: Float64Array) => into.set(means);
  const results = clusterBootstrapMany(clusterSums(columns, clusterOf), columns.length, fill, { replicates, random: seededRandom(seed) });
  return results.map((result) => (isGap(result) ? result : { mean: result.mean, ci95: [result.interval.low, result.interval.high] }));
}

/** Quality, and dollars per thousand. */
function servedDifferences(pairs: readonly Pair[], clusterOf: Int32Array, seed: number, replicates: number): (Estimated | Gap)[] {
  const change = (of: (row: ServedRow) => number | null) =>
    Float64Array.from(pairs, ({ before, after }) => (of(after) ?? Number.NaN) - (of(before) ?? Number.NaN));
  const columns = [change(({ quality }) => quality), change(({ usd }) => (usd === null ? null : usd * 1_000))];
  return estimates(columns, clusterOf, seed, replicates);
}

function sliceDifferences(pairs: readonly Pair[], right: Right | undefined, seed: number, replicates: number): Difference[] {
  if (right === undefined) return [];
  const names = [...new Set(pairs.flatMap(({ after }) => after.slices))].sort();
  const compared = names.flatMap((name) => {
    const group = pairs.filter(({ after }) => after.slices.includes(name));
    if (group.length < SLICE_ROWS || group.length === pairs.length) return [];
    return [differenceOf(name, group, denseIndex(group.map(({ after }) => after.cluster)), right, seed, replicates)];
  });
  const adjusted = holm(compared.map(({ p }) => p.exact));
  return compared.map((difference, index) => ({ ...difference, holm: adjusted[index] ?? 1 }));
}

/** Rows right in one run only, the dearest first; on tables, rows whose quality changed. */
function flipsOf(pairs: readonly Pair[], axes: readonly string[]): Flip[] {
  const right = rightOn(axes);
  const flips = pairs.flatMap(({ before, after }): Flip[] => {
    const step = axes.length > 0 ? right(after) - right(before) : (after.quality ?? 0) - (before.quality ?? 0);
    if (step === 0) return [];
    const values = ({ label }: ServedRow) => Object.fromEntries(Object.entries(label).map(([axis, { value }]) => [axis, value]));
    const minus = (a: number | null, b: number | null) => (a === null || b === null ? null : a - b);
    return [
      {
        id: after.id,
        kind: step > 0 ? 'fixed' : 'broken',
        gold: after.gold,
        before: { ...values(before), ...(before.model === null ? {} : { model: before.model }) },
        after: { ...values(after), ...(after.model === null ? {} : { model: after.model }) },
        usd: minus(after.usd, before.usd),
        quality: minus(after.quality, before.quality),
        text: after.text,
      },
    ];
  });
  const price = ({ quality, usd }: Flip) => Math.abs(quality ?? 0) + Math.abs(usd ?? 0);
  return flips.sort((a, b) => Number(a.kind === 'fixed') - Number(b.kind === 'fixed') || price(b) - price(a));
}
