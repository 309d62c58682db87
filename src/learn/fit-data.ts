import type { Facts } from '../core/facts.ts';
import type { AnyLabel } from '../core/label.ts';
import { type RouteRequest, toRequest } from '../core/request.ts';
import { viewOf } from '../core/view.ts';
import type { OutcomeTable } from '../eval/table/table.ts';
import { type Features, viewFeatures } from './examples.ts';
import { bucketsFor, foldFeatures } from './fit-heads.ts';

/** Rows of a kind below which it is not told apart from others. */
const LEAST_ROWS = 20;

/** Groups told by the table: names, and the group of each row (−1 for none). */
export type NamedKinds = { names: string[]; of: Int32Array };

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
  factsOf(request: RouteRequest): Pick<Facts, 'inputTokens'>;
};

/** Reads every prompt of a table as the router will read requests. */
export async function readFitData(table: OutcomeTable, { classify, factsOf }: FitReaders): Promise<FitData> {
  const requests = table.prompts.map((prompt) => toRequest(prompt));
  const labels: AnyLabel[] = [];
  for (const request of requests) labels.push(await classify(request));
  const width = table.models.length;
  const quality = new Float64Array(table.ids.length * width);
  for (const [model, { quality: column }] of table.models.entries())
    for (let row = 0; row < table.ids.length; row++) quality[row * width + model] = column[row] as number;
  const kinds = kindsByCategory(table.categories);
  const buckets = bucketsFor(width + kinds.names.length);
  return {
    table,
    width,
    quality,
    features: requests.map((request) => foldFeatures(viewFeatures(viewOf(request)), buckets)),
    labels,
    inputTokens: Float64Array.from(requests, (request) => factsOf(request).inputTokens),
    kinds,
  };
}

/** The table's categories as kinds, by name; those with few rows, or one alone, are none. */
function kindsByCategory(categories: readonly (string | null)[]): NamedKinds {
  const counts = new Map<string, number>();
  for (const category of categories) if (category !== null) counts.set(category, (counts.get(category) ?? 0) + 1);
  const names = [...counts].flatMap(([name, count]) => (count >= LEAST_ROWS ? [name] : [])).sort();
  if (names.length < 2) return { names: [], of: new Int32Array(categories.length).fill(-1) };
  const index = new Map(names.map((name, at) => [name, at]));
  return { names, of: Int32Array.from(categories, (category) => index.get(category ?? '') ?? -1) };
}
