import type { Evidence } from '../../core/policy.ts';

/** Dollars per million tokens; null is unknown. */
export type TablePrice = { input: number | null; output: number | null };

/** What one model did on every row: quality 0..1, tokens and dollars, NaN where unknown. */
export type TableModel = {
  name: string;
  price: TablePrice | null;
  quality: Float64Array;
  inputTokens: Float64Array;
  outputTokens: Float64Array;
  usd: Float64Array;
  /** Whether the cost is known on every row. */
  costKnown: boolean;
  /** A second answer to every row, where the table has one: oracles choose on the first and score on the second. */
  second: Float64Array | null;
  /** The mean of all other answers to every row; null where `second` is. */
  first: Float64Array | null;
};

/** Real outcomes: the same rows for every model. */
export type OutcomeTable = {
  name: string;
  /** Content hash of prompts, outcomes and prices. */
  hash: string;
  ids: string[];
  prompts: string[];
  categories: (string | null)[];
  /** Hash of each prompt's normalised text: the same question has the same one wherever it stands. */
  fingerprints: string[];
  /** Dense cluster of each row; equal prompts fall together. */
  clusterOf: Int32Array;
  models: TableModel[];
  /** Prompts left out because some model has no answer. */
  incomplete: number;
  /** Bad lines left out on request. */
  skipped: number;
  evidence: { quality: Evidence; usd: Evidence | null };
};

/** The table cut to some rows, in the order given. */
export function pickRows(table: OutcomeTable, rows: readonly number[]): OutcomeTable {
  const pick = <T>(values: readonly T[]): T[] => rows.map((row) => values[row] as T);
  const column = (values: Float64Array) => Float64Array.from(rows, (row) => values[row] as number);
  return {
    ...table,
    ids: pick(table.ids),
    prompts: pick(table.prompts),
    categories: pick(table.categories),
    fingerprints: pick(table.fingerprints),
    clusterOf: redense(Int32Array.from(rows, (row) => table.clusterOf[row] as number)),
    models: table.models.map((model) => ({
      ...model,
      quality: column(model.quality),
      inputTokens: column(model.inputTokens),
      outputTokens: column(model.outputTokens),
      usd: column(model.usd),
      second: model.second === null ? null : column(model.second),
      first: model.first === null ? null : column(model.first),
    })),
  };
}

function redense(values: Int32Array): Int32Array {
  const index = new Map<number, number>();
  return values.map((value) => {
    const known = index.get(value) ?? index.size;
    index.set(value, known);
    return known;
  });
}
