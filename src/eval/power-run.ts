import { type Pair, pairsOf, rightOn } from './compare.ts';
import { denseClusteredMean } from './metrics/clustered.ts';
import { type Figure, gap, isGap } from './metrics/gap.ts';
import { pairedRowsNeeded, rowsForMean, visibleMean } from './metrics/power.ts';
import { denseIndex } from './metrics/resample.ts';
import { DISCORDANT, LEAST_VISIBLE_ROWS, visibleEffect } from './metrics/visible.ts';
import type { ServedRow } from './served.ts';
import { isAnswered } from './validity.ts';

/** How far two settings differ on rows like these, which is what decides how many rows a difference takes. */
export type Spread =
  /** Two runs, or on a table the router and the best constant: standard deviation of the paired differences, clusters counted. */
  | { kind: 'measured'; between: 'runs' | 'router and best constant'; deviation: number; differing: number }
  /** One run on labels says nothing of another: one row in ten is taken to differ. */
  | { kind: 'assumed'; differing: number };

export type PowerPlan = {
  /** What is compared: `all axes`, or `quality` on a table. */
  figure: string;
  /** Rows answered, in both runs where there are two. */
  rows: number;
  /** Chance of seeing a true difference, 0 to 1; the chance of a false call is 5 %, two-sided. */
  power: number;
  spread: Spread;
  /** Smallest difference these rows show, 0 to 1. */
  visible: Figure;
  /** Rows each difference needs; a gap where it is larger than there can be. */
  needed: { difference: number; rows: Figure }[];
};

export type PowerInput = {
  served: readonly ServedRow[];
  /** Rows of an older run, to measure how far two settings differ. */
  older?: readonly ServedRow[];
  /** Differences asked for, 0 to 1. */
  differences: readonly number[];
  power: number;
};

/** How many rows it takes to see a difference, given a run or two. */
export function planPower(input: PowerInput): PowerPlan {
  const { served, older, differences, power } = input;
  const axes = Object.keys(served[0]?.gold ?? {});
  const figure = axes.length > 0 ? 'all axes' : 'quality';
  const pairs = older !== undefined ? pairsOf(older, served).pairs : axes.length === 0 ? againstConstant(served) : null;
  const rows = pairs === null ? served.filter(isAnswered).length : pairs.length;
  const common = { figure, rows, power };
  if (pairs === null) return { ...common, ...assumed(rows, differences, power) };
  return { ...common, ...measured(pairs, axes, older === undefined ? 'router and best constant' : 'runs', differences, power) };
}

/** On a table every row knows what the best constant would have brought. */
function againstConstant(served: readonly ServedRow[]): Pair[] {
  return served.flatMap((after) =>
    after.quality === null || after.reference?.quality == null ? [] : [{ before: { ...after, ...after.reference }, after }],
  );
}

type Planned = Pick<PowerPlan, 'spread' | 'visible' | 'needed'>;

function assumed(rows: number, differences: readonly number[], power: number): Planned {
  return {
    spread: { kind: 'assumed', differing: DISCORDANT },
    visible: visibleEffect(rows, { power }),
    needed: differences.map((difference) => ({
      difference,
      rows: difference > DISCORDANT ? gap('not-reached') : pairedRowsNeeded(difference, DISCORDANT, { power }),
    })),
  };
}

function measured(
  pairs: readonly Pair[],
  axes: readonly string[],
  between: 'runs' | 'router and best constant',
  differences: readonly number[],
  power: number,
): Planned {
  const worth = axes.length > 0 ? rightOn(axes) : ({ quality }: ServedRow) => quality ?? Number.NaN;
  const steps = Float64Array.from(pairs, ({ before, after }) => worth(after) - worth(before));
  const differing = steps.filter((step) => step !== 0).length / Math.max(1, steps.length);
  const mean = denseClusteredMean(steps, denseIndex(pairs.map(({ after }) => after.cluster)));
  // With clusters a row is worth less than a row: their standard error says how much.
  const deviation = isGap(mean) ? 0 : mean.se * Math.sqrt(pairs.length);
  const known = (value: number): Figure =>
    isGap(mean) ? mean : pairs.length < LEAST_VISIBLE_ROWS ? gap('not-enough-data') : deviation === 0 ? gap('no-difference') : value;
  return {
    spread: { kind: 'measured', between, deviation, differing },
    visible: known(visibleMean(pairs.length, deviation, { power })),
    needed: differences.map((difference) => ({
      difference,
      rows: known(rowsForMean(difference, deviation, { power })),
    })),
  };
}
