import { normalQuantile } from '../../src/core/normal.ts';
import { type Random, seededRandom } from '../../src/core/random.ts';
import { bcaInterval } from '../../src/eval/metrics/bca.ts';
import { clusterBootstrap } from '../../src/eval/metrics/bootstrap.ts';
import { clopperPearson } from '../../src/eval/metrics/clopper-pearson.ts';
import { clusteredMean } from '../../src/eval/metrics/clustered.ts';
import { type Gap, type Interval, isGap } from '../../src/eval/metrics/gap.ts';
import { concaveHull, hullQuality } from '../../src/eval/metrics/hull.ts';
import { mcnemar } from '../../src/eval/metrics/mcnemar.ts';
import { holm } from '../../src/eval/metrics/multiplicity.ts';
import { pairedTest } from '../../src/eval/metrics/paired.ts';
import { pairedRowsNeeded } from '../../src/eval/metrics/power.ts';
import { clusterSums } from '../../src/eval/metrics/resample.ts';
import { judgedRate } from '../../src/eval/metrics/rogan-gladen.ts';
import { wilson } from '../../src/eval/metrics/wilson.ts';

/** One claim about a method, the share of simulated runs that bore it out, and the band it must lie in. */
export type Proof = { claim: string; runs: number; share: number; atLeast: number; atMost: number; holds: boolean };

/** True when one simulated run bore the claim out. */
type Trial = (random: Random) => boolean;
type Claim = { claim: string; trial: Trial; atLeast: number; atMost: number };

const COVERS = { atLeast: 0.93, atMost: 0.97 };
const COVERS_AT_LEAST = { atLeast: 0.93, atMost: 1 };
const FALSE_CALLS = { atLeast: 0, atMost: 0.065 };
const REPLICATES = 600;

const CLAIMS: readonly Claim[] = [
  { claim: 'Wilson covers a rate of .85 at n=200', trial: (random) => covers(wilson(hits(200, 0.85, random), 200), 0.85), ...COVERS },
  { claim: 'Clopper–Pearson covers a rate of .97 at n=100', trial: exactCovers, ...COVERS_AT_LEAST },
  { claim: 'paired t covers a difference at n=200', trial: pairedCovers, ...COVERS },
  { claim: 'clustered t covers a mean over 60 clusters', trial: clusteredCovers, ...COVERS },
  { claim: 'cluster bootstrap covers a difference over 80 clusters', trial: bootstrapCovers, ...COVERS },
  { claim: 'cluster bootstrap covers a difference over 25 clusters', trial: (random) => bootstrapCovers(random, 25), ...COVERS_AT_LEAST },
  { claim: 'cluster bootstrap covers the lift over the free mix at n=400', trial: liftCovers, ...COVERS },
  { claim: 'BCa covers the mean of a skewed cost at n=200', trial: bcaCovers, ...COVERS },
  { claim: 'the judge correction covers the true rate', trial: judgeCovers, ...COVERS },
  { claim: 'A/A: exact McNemar calls a winner', trial: (random) => disagreement(random).exact < 0.05, ...FALSE_CALLS },
  { claim: 'A/A: mid-p McNemar calls a winner', trial: (random) => disagreement(random).midp < 0.05, ...FALSE_CALLS },
  { claim: 'A/A: cluster bootstrap calls a winner', trial: bootstrapCallsWinner, ...FALSE_CALLS },
  { claim: 'A/A: Holm over eight slices calls any winner', trial: holmCallsWinner, ...FALSE_CALLS },
  { claim: 'power: McNemar sees the difference it was sized for in 80 % of runs', trial: seesEffect, atLeast: 0.76, atMost: 0.86 },
];

/**
 * Simulates data where the truth is known and counts how often each interval holds it and how often each test cries wolf.
 *
 * @param runs simulated runs per claim; below 1,000 the bands are widened by three standard errors of the simulation itself
 */
export function proveStatistics(runs: number, seed: number): Proof[] {
  return CLAIMS.map(({ claim, trial, atLeast, atMost }, index) => {
    const random = seededRandom(seed + index);
    let borneOut = 0;
    for (let run = 0; run < runs; run++) if (trial(random)) borneOut++;
    const share = borneOut / runs;
    const slack = runs >= 1_000 ? 0 : 3 * Math.sqrt((Math.max(0.05, 1 - atLeast) * 0.95) / runs);
    return { claim, runs, share, atLeast, atMost, holds: share >= atLeast - slack && share <= atMost + slack };
  });
}

const gauss = (random: Random): number => normalQuantile(Math.min(1 - 1e-12, Math.max(1e-12, random())));
const covers = (interval: Interval | Gap, truth: number): boolean => !isGap(interval) && interval.low <= truth && truth <= interval.high;

function hits(rows: number, rate: number, random: Random): number {
  let count = 0;
  for (let row = 0; row < rows; row++) if (random() < rate) count++;
  return count;
}

function exactCovers(random: Random): boolean {
  return covers(clopperPearson(hits(100, 0.97, random), 100), 0.97);
}

/** Two systems that share most of what makes a row easy; the true difference is .05. */
function pairedRow(random: Random): [number, number] {
  const [ease, own] = [random(), random()];
  return [ease < 0.85 ? 1 : 0, (own < 0.7 ? ease : random()) < 0.8 ? 1 : 0];
}

function pairedCovers(random: Random): boolean {
  const rows = Array.from({ length: 200 }, () => pairedRow(random));
  const test = pairedTest(
    rows.map(([a]) => a),
    rows.map(([, b]) => b),
  );
  return !isGap(test) && covers(test.interval, 0.05);
}

/** Rows in clusters of one to eight, with a shared effect per cluster; mean 0. */
function clusteredRows(clusters: number, random: Random): { values: number[]; of: number[] } {
  const [values, of]: [number[], number[]] = [[], []];
  for (let cluster = 0; cluster < clusters; cluster++) {
    const shared = gauss(random);
    const size = 1 + Math.floor(random() * 8);
    for (let row = 0; row < size; row++) {
      values.push(shared + gauss(random));
      of.push(cluster);
    }
  }
  return { values, of };
}

function clusteredCovers(random: Random): boolean {
  const { values, of } = clusteredRows(60, random);
  const mean = clusteredMean(values, of);
  return !isGap(mean) && covers(mean.interval, 0);
}

function bootstrapDifference(clusters: number, random: Random): Interval | Gap {
  const { values, of } = clusteredRows(clusters, random);
  const result = clusterBootstrap(clusterSums([values], of), (means) => means[0] ?? 0, { replicates: REPLICATES, random });
  return isGap(result) ? result : result.interval;
}

function bootstrapCovers(random: Random, clusters = 80): boolean {
  return covers(bootstrapDifference(clusters, random), 0);
}

function bootstrapCallsWinner(random: Random): boolean {
  const interval = bootstrapDifference(80, random);
  return !isGap(interval) && !covers(interval, 0);
}

/** Four models of known quality and cost, and a router that picks the dear one for half of the rows, somewhat wisely. */
const MODELS = [
  { quality: 0.5, cost: 1 },
  { quality: 0.7, cost: 3 },
  { quality: 0.72, cost: 6 },
  { quality: 0.9, cost: 12 },
] as const;

function liftCovers(random: Random): boolean {
  const columns = Array.from({ length: 10 }, () => new Float64Array(400));
  const put = (column: number, row: number, value: number) => (columns[column] as Float64Array).fill(value, row, row + 1);
  for (let row = 0; row < 400; row++) {
    const hard = random() < 0.5;
    const answers = MODELS.map(({ quality }) => (random() < quality + (hard ? -0.1 : 0.1) ? 1 : 0));
    for (const [index, model] of MODELS.entries()) {
      put(index, row, answers[index] ?? 0);
      put(4 + index, row, model.cost * (0.5 + random()));
    }
    const choice = random() < 0.8 === hard ? 3 : 0;
    put(8, row, answers[choice] ?? 0);
    put(9, row, (MODELS[choice] as { cost: number }).cost * (0.5 + random()));
  }
  const table = clusterSums(
    columns,
    Int32Array.from({ length: 400 }, (_, row) => row),
  );
  const result = clusterBootstrap(table, liftOf, { replicates: REPLICATES, random });
  return !isGap(result) && covers(result.interval, trueLift());
}

function liftOf(means: Float64Array): number {
  const points = MODELS.map((_, index) => ({ quality: means[index] ?? 0, cost: means[4 + index] ?? 0 }));
  return (means[8] ?? 0) - hullQuality(concaveHull(points), means[9] ?? 0);
}

/** Half the rows hard; the dear model gets 80 % of the hard and 20 % of the easy ones. */
function trueLift(): number {
  const quality = 0.5 * (0.8 * 0.8 + 0.2 * 0.4) + 0.5 * (0.2 * 1 + 0.8 * 0.6);
  return quality - hullQuality(concaveHull(MODELS), 0.5 * 12 + 0.5 * 1);
}

function bcaCovers(random: Random): boolean {
  const values = Array.from({ length: 200 }, () => Math.exp(0.6 * gauss(random)));
  const mean = (sample: readonly number[]) => sample.reduce((sum, value) => sum + value, 0) / sample.length;
  const result = bcaInterval(values, mean, { replicates: REPLICATES, random });
  return !isGap(result) && covers(result.interval, Math.exp(0.18));
}

function judgeCovers(random: Random): boolean {
  const [good, bad] = [hits(150, 0.92, random), hits(150, 0.85, random)];
  const passed = hits(500, 0.7 * 0.92 + 0.3 * 0.15, random);
  const rate = judgedRate({ passed, rows: 500, truePasses: good, goodRows: 150, trueFails: bad, badRows: 150 });
  return !isGap(rate) && covers(rate.interval, 0.7);
}

/** Two equal systems on 700 rows that differ on a tenth of them. */
function disagreement(random: Random): { exact: number; midp: number } {
  const differing = hits(700, 0.1, random);
  const fixed = hits(differing, 0.5, random);
  return mcnemar(fixed, differing - fixed);
}

function holmCallsWinner(random: Random): boolean {
  return holm(Array.from({ length: 8 }, () => disagreement(random).midp)).some((p) => p < 0.05);
}

function seesEffect(random: Random): boolean {
  const differing = hits(pairedRowsNeeded(0.04, 0.12), 0.12, random);
  const fixed = hits(differing, 0.08 / 0.12, random);
  return mcnemar(fixed, differing - fixed).midp < 0.05;
}
