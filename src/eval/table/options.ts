import type { RunOptions } from '../options.ts';
import type { TablePrice } from './table.ts';

/** What is evaluated on an outcome table and how. Paths are absolute or relative to the working folder. */
export type TableEvalOptions = RunOptions & {
  /** Folder and name of the table, such as `data/mmlu-pro`. */
  outcomes: string;
  /** Only these models. Default: the strong/weak pair if one is named, else all. */
  models?: readonly string[];
  strong?: string;
  weak?: string;
  /** Serve by the policy handed in, instead of fitting on the other folds. @default false */
  byPolicy?: boolean;
  /** Output tokens to assume where the table has none; the cost is then MODELLED. */
  assumeOutputTokens?: number;
  /** Prices where `models.csv` has none. */
  priceOf?: (model: string) => TablePrice | null;
  /** Name and weight of a dollar that rows are chosen with, kept on every fold. Default: the policy's objective, left where the fit folds are sure of a lift elsewhere. */
  objective?: { name: string; usdWeight: number };
  /** Score rows even if their text was learned from; the report is marked. @default false */
  inSample?: boolean;
};
