import { BUCKETS } from '../classify/embedded/features.ts';
import type { Facts } from '../core/facts.ts';
import type { AnyLabel } from '../core/label.ts';
import { type RouteRequest, toRequest } from '../core/request.ts';
import { viewOf } from '../core/view.ts';
import type { OutcomeTable } from '../eval/table/table.ts';
import { type Features, viewFeatures } from './examples.ts';
import { clusterTexts } from './fit-cluster.ts';
import { bucketsFor, foldFeatures } from './fit-heads.ts';
import { tellingTerms } from './fit-terms.ts';

/** Rows of a kind below which it is not told apart from others. */
const LEAST_ROWS = 20;

/** Groups of requests: names, the group of each row (−1 for none), and whether the table told them or they were learned from the texts. */
export type NamedKinds = { names: string[]; of: Int32Array; learned: boolean };

/** A table with everything the fit looks at, read once. Matrices are row-major: rows × models. */
export type FitData = {
  table: OutcomeTable;
  width: number;
  quality: Float64Array;
  features: Features[];
  labels: AnyLabel[];
  /** Input tokens of each row as estimated from its text. */
  inputTokens: Float64Array;
  kinds: NamedKinds;
};

/** What reads a request: the same label and facts that will serve it. */
export type FitReaders = {
  classify(request: RouteRequest): Promise<AnyLabel>;
  factsOf(request: RouteRequest): Facts;
};

/** Reads every prompt of a table as the router will read requests. */
export async function readFitData(table: OutcomeTable, { classify, factsOf }: FitReaders, seed: number): Promise<FitData> {
  const requests = table.prompts.map((prompt) => toRequest(prompt));
  const labels: AnyLabel[] = [];
  for (const request of requests) labels.push(await classify(request));
  const width = table.models.length;
  const quality = new Float64Array(table.ids.length * width);
  for (const [model, { quality: column }] of table.models.entries())
    for (let row = 0; row < table.ids.length; row++) quality[row * width + model] = column[row] as number;
  const features = requests.map((request) => viewFeatures(viewOf(request)));
  const kinds = kindsByCategory(table.categories) ?? kindsByText(table.prompts, features, seed);
  const buckets = bucketsFor(width + kinds.names.length);
  return {
    table,
    width,
    quality,
    features: features.map((row) => foldFeatures(row, buckets)),
    labels,
    inputTokens: Float64Array.from(requests, (request) => factsOf(request).inputTokens),
    kinds,
  };
}

/** The table's categories as kinds, by name; those with few rows, or one alone, are none. */
function kindsByCategory(categories: readonly (string | null)[]): NamedKinds | null {
  const counts = new Map<string, number>();
  for (const category of categories) if (category !== null) counts.set(category, (counts.get(category) ?? 0) + 1);
  const names = [...counts].flatMap(([name, count]) => (count >= LEAST_ROWS ? [name] : [])).sort();
  if (names.length < 2) return null;
  const index = new Map(names.map((name, at) => [name, at]));
  return { names, of: Int32Array.from(categories, (category) => index.get(category ?? '') ?? -1), learned: false };
}

/** Words a learned kind is called by. */
const NAME_WORDS = 3;

/** Groups of alike texts, named by their most telling words. */
function kindsByText(prompts: readonly string[], features: readonly Features[], seed: number): NamedKinds {
  const { groups, of } = clusterTexts(features, BUCKETS, seed);
  const numbered = { names: Array.from({ length: groups }, (_, group) => String(group + 1)), of, learned: true };
  const terms = tellingTerms(prompts, numbered);
  return { ...numbered, names: numbered.names.map((number, group) => [number, ...(terms[group] ?? []).slice(0, NAME_WORDS)].join(' ')) };
}

/** The same data with nothing but models to tell. */
export function withoutKinds(data: FitData): FitData {
  return { ...data, kinds: { names: [], of: new Int32Array(data.kinds.of.length).fill(-1), learned: data.kinds.learned } };
}
