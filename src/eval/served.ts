import type { RouteRequest } from '../core/request.ts';
import { viewOf } from '../core/view.ts';
import type { Dataset, DatasetRow } from './dataset.ts';
import type { Contender } from './field.ts';
import type { Predicted, RowState } from './predict.ts';
import { plainText } from './report/format.ts';
import { shareRight } from './score.ts';
import type { Simulation } from './simulate.ts';
import { slicesOf } from './slices.ts';

/** What became of one row: labelled how, served by which model, how well and for how much. One line of `served.jsonl`. */
export type ServedRow = {
  id: string;
  cluster: string;
  /** Groups the row is counted in: `language:th`, `slice:short`, `category:law`. */
  slices: string[];
  /** Gold values by axis; empty where there are none. */
  gold: Record<string, string>;
  /** The classifier's values and confidences; empty when it gave none. */
  label: Record<string, { value: string; confidence: number }>;
  state: RowState;
  /** Under `--repeat`: the share of answers right on each axis, and on all of them as ``. */
  shares?: Record<string, number>;
  /** The model served by; null when none was found or nothing was simulated. */
  model: string | null;
  /** Quality 0..1 and dollars; null when unknown. */
  quality: number | null;
  usd: number | null;
  /** What the row would have had by gold labels (labelled requests) or by the best constant (tables); null or absent when unknown. */
  reference?: Route | null;
  /** Tables: labels the outcomes imply, and the route of those labels; absent where there are none. */
  implied?: Record<string, string>;
  impliedRoute?: Route | null;
  /** The beginning of the text, control characters out. */
  text: string;
};

/** How a row is served: by which model, how well, for how many dollars. */
export type Route = Pick<ServedRow, 'model' | 'quality' | 'usd'>;

/** Characters of a text that are kept with its row. */
const SHOWN = 300;

/** Rows of a labelled set as one classifier's router served them. */
export function servedLabels({ rows }: Dataset, predicted: readonly Predicted[], simulation: Simulation | null): ServedRow[] {
  const models = simulation?.models.map(({ id }) => id) ?? [];
  const place = new Map((simulation?.rows ?? []).map(({ row }, index) => [row.id, index]));
  return rows.map((row, index) => {
    const answer = predicted[index];
    const at = place.get(row.id);
    return {
      id: row.id,
      cluster: row.cluster,
      slices: slicesOf(row),
      gold: { ...row.gold },
      label: labelOf(answer),
      state: answer?.state ?? 'skipped_budget',
      ...sharesOf(row, answer),
      ...servedAt(simulation?.router ?? null, at, models),
      reference: simulation === null || at === undefined ? null : servedAt(simulation.goldLabel, at, models),
      text: shownText(row.request),
    };
  });
}

/** The contenders a table's rows are told of, and the labels its outcomes imply. */
export type TableRoutes = {
  router: Contender;
  constant: Contender;
  goldRoute: Contender | null;
  implied: readonly Record<string, string>[];
  /** Place of each row among these; undefined for a row without an answer. */
  at: readonly (number | undefined)[];
};

/** Rows of an outcome table as a router served them. */
export function servedTable(
  table: { ids: readonly string[]; categories: readonly (string | null)[]; clusterOf: Int32Array },
  requests: readonly RouteRequest[],
  predicted: readonly Predicted[],
  { router, constant, goldRoute, implied, at }: TableRoutes,
  models: readonly string[],
): ServedRow[] {
  return table.ids.map((id, index) => {
    const category = table.categories[index];
    const request = requests[index];
    return {
      id,
      cluster: String(table.clusterOf[index]),
      slices: category === null || category === undefined ? [] : [`category:${category}`],
      gold: {},
      label: labelOf(predicted[index]),
      state: predicted[index]?.state ?? 'skipped_budget',
      ...servedAt(router, at[index], models),
      reference: servedAt(constant, at[index], models),
      implied: implied[at[index] ?? -1] ?? {},
      impliedRoute: goldRoute === null ? null : servedAt(goldRoute, at[index], models),
      text: request === undefined ? '' : shownText(request),
    };
  });
}

/** What is kept of a request's text. */
export const shownText = (request: RouteRequest): string => plainText(viewOf(request).latest, SHOWN);

function sharesOf(row: DatasetRow, answer: Predicted | undefined): Pick<ServedRow, 'shares'> {
  if (answer?.others === undefined || answer.others.length === 0) return {};
  const axes = Object.keys(row.gold);
  const share = (of: readonly string[]) =>
    shareRight({ row, predicted: answer }, ({ predicted }) => of.every((axis) => predicted.label?.[axis]?.value === row.gold[axis]));
  return { shares: Object.fromEntries([...axes.map((axis) => [axis, share([axis])]), ['', share(axes)]]) };
}

function labelOf(answer: Predicted | undefined): ServedRow['label'] {
  const axes = Object.entries(answer?.label ?? {}).map(([axis, { value, confidence }]) => [axis, { value, confidence }] as const);
  return Object.fromEntries(axes);
}

function servedAt(router: Contender | null, index: number | undefined, models: readonly string[]): Route {
  if (router === null || index === undefined) return { model: null, quality: null, usd: null };
  const known = (value: number | undefined) => (value === undefined || Number.isNaN(value) ? null : value);
  return { model: models[router.choices?.[index] ?? -1] ?? null, quality: known(router.quality[index]), usd: known(router.usd[index]) };
}

/** One JSON object a line. */
export function encodeServed(rows: readonly ServedRow[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

export function decodeServed(text: string): ServedRow[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as ServedRow);
}
