import { build } from '../../src/config/build.ts';
import { seededRandom, shuffled } from '../../src/core/random.ts';
import { toRequest } from '../../src/core/request.ts';
import { nodeFiles } from '../../src/eval/files.ts';
import { isGap } from '../../src/eval/metrics/gap.ts';
import { crossFit } from '../../src/eval/table/cross-fit.ts';
import { makeFolds } from '../../src/eval/table/folds.ts';
import { groupPredictor, namedGroups } from '../../src/eval/table/groups.ts';
import { labelPredictor } from '../../src/eval/table/label-cells.ts';
import { loadTable } from '../../src/eval/table/load.ts';
import { neighbourPredictor } from '../../src/eval/table/neighbours.ts';
import { scorePair } from '../../src/eval/table/pair.ts';
import type { Predictor } from '../../src/eval/table/predictor.ts';
import type { OutcomeTable } from '../../src/eval/table/table.ts';
import { sparseTexts } from '../../src/eval/table/text-features.ts';
import { routeLlmScore } from './procedure.ts';

const STRONG = 'gpt-4-1106-preview';
const WEAK = 'mixtral-8x7b-instruct-v0.1';

/** Best APGR the paper reports on each set, its routers trained on Chatbot Arena and judge-labelled preferences (arXiv 2406.18665). */
export const PUBLISHED: Readonly<Record<string, number>> = { 'routellm-mmlu': 0.603, 'routellm-gsm8k': 0.622 };

export type RankScore = {
  name: string;
  /** By RouteLLM's own procedure. */
  apgr: number;
  cpt50: number;
  cpt80: number;
  /** By ours: ties shared, paired cluster bootstrap. */
  ours: number | null;
  ci95: [number, number] | null;
  fittedOn: string;
};

export type RouteLlmReport = {
  table: string;
  n: number;
  published: number | null;
  ranks: RankScore[];
  learning: { rows: number; name: string; apgr: number }[];
};

/** Our rankings on a table of RouteLLM's, by its procedure and by ours, with how they grow with the rows fitted on. */
export async function routeLlmSuite(base: string, name: string, seed = 7): Promise<RouteLlmReport> {
  const table = await loadTable(`${base}/${name}`, { models: [WEAK, STRONG] }, nodeFiles());
  const predictors = await predictorsOf(table);
  const folds = makeFolds(table.clusterOf, 5, seed);
  const fitted = `other folds of this table, ${Math.round(table.ids.length * 0.8)} rows`;
  const fittedRanks = predictors.map((predictor) => ({
    name: predictor.name,
    scores: worth(crossFit(predictor, table, folds).own),
    fittedOn: fitted,
  }));
  const random = seededRandom(seed);
  const plain = [
    { name: 'random', scores: Float64Array.from(table.ids, () => random()), fittedOn: 'nothing' },
    { name: 'longer prompt first', scores: Float64Array.from(table.prompts, (prompt) => prompt.length), fittedOn: 'nothing' },
  ];
  const ranks = [...plain, ...fittedRanks].map((rank) => scoreRank(rank, table, seed));
  return { table: name, n: table.ids.length, published: PUBLISHED[name] ?? null, ranks, learning: learningCurve(table, predictors, seed) };
}

async function predictorsOf(table: OutcomeTable): Promise<Predictor[]> {
  const { parts } = build({ classifier: 'embedded' });
  const labels = [];
  for (const prompt of table.prompts) labels.push((await parts.classifier.classify(toRequest(prompt))).label);
  const categories = table.categories.some((category) => category !== null);
  return [
    labelPredictor('labels (embedded)', table, labels, parts.taxonomy),
    neighbourPredictor(table, sparseTexts(table.prompts)),
    ...(categories ? [groupPredictor('category, read as metadata', table, () => [namedGroups(table.categories)])] : []),
  ];
}

/** Expected gain of the strong model over the weak one; the weak model is the first column. */
function worth(gains: Float64Array): Float64Array {
  return Float64Array.from({ length: gains.length / 2 }, (_, row) => (gains[row * 2 + 1] as number) - (gains[row * 2] as number));
}

function scoreRank(
  { name, scores, fittedOn }: { name: string; scores: Float64Array; fittedOn: string },
  table: OutcomeTable,
  seed: number,
): RankScore {
  const [weak, strong] = table.models.map(({ quality }) => quality) as [Float64Array, Float64Array];
  const { apgr } = scorePair(scores, weak, strong, table.clusterOf, { replicates: 1_000, random: seededRandom(seed) });
  const interval = isGap(apgr) ? { ours: null, ci95: null } : { ours: apgr.mean, ci95: apgr.ci95 };
  return { name, ...routeLlmScore(scores, weak, strong), ...interval, fittedOn };
}

/** APGR on a fixed fifth of the rows, fitted on more and more of the others. */
function learningCurve(table: OutcomeTable, predictors: readonly Predictor[], seed: number): RouteLlmReport['learning'] {
  const rows = shuffled(
    table.ids.map((_, row) => row),
    seededRandom(seed),
  );
  const held = Int32Array.from(rows.slice(0, Math.floor(rows.length / 5)));
  const rest = rows.slice(held.length);
  const sizes = [...new Set([1_000, 2_000, 4_000, rest.length].filter((size) => size <= rest.length))];
  const [weak, strong] = table.models.map(({ quality }) => Float64Array.from(held, (row) => quality[row] as number)) as [
    Float64Array,
    Float64Array,
  ];
  return sizes.flatMap((size) =>
    predictors.map((predictor) => {
      const guessed = predictor.predict(Int32Array.from(rest.slice(0, size)), held);
      return { rows: size, name: predictor.name, apgr: routeLlmScore(worth(guessed), weak, strong).apgr };
    }),
  );
}
