import type { TokenUsage } from '../core/label.ts';
import type { Price } from '../core/models.ts';
import { costNanos, usdOfNanos } from '../core/money.ts';
import type { LoggedRow } from './run-log.ts';
import type { ServedRow } from './served.ts';
import { differentTable, type TokensOf } from './table/tokens.ts';
import { isAnswered } from './validity.ts';

/** Dollars per 1,000 of one part of a run, as it was and by other prices; null when a price or a token count is unknown. */
export type Repriced = { name: string; before: number | null; after: number | null };

export type Repricing = {
  /** Labelling, by classifier: those that asked a model. */
  classifiers: Repriced[];
  /** On a table, with its tokens: the router with its classifier, the best constant, every fixed model. */
  routes: Repriced[];
  /** 1 − the router's cost over the best constant's; null when unknown. */
  saving: { before: number | null; after: number | null } | null;
  /** Models of the run that the prices do not name. */
  unpriced: string[];
};

export type RepriceInput = {
  logged: readonly LoggedRow[];
  served: readonly ServedRow[];
  /** The classifier the router decided by. */
  router: string;
  priceOf(model: string): Price | null;
  /** Tokens of a table's cells, and what its models cost in the run; null for labelled requests, or when the table was not given. */
  table: { tokensOf: TokensOf; models: readonly { model: string; usdPer1k: number | null }[] } | null;
};

/**
 * What a run would have cost by other prices: choices, answers and quality as they were.
 *
 * @throws RouterError `eval.invalid` when the table is not the one the run was on
 */
export function reprice(input: RepriceInput): Repricing {
  const { logged, router, table } = input;
  const asked = new Set<string>();
  const usdOf = (model: string, usage: TokenUsage | null): number | null => {
    const price = input.priceOf(model);
    if (price === null) asked.add(model);
    const nanos = price === null || usage === null ? null : costNanos(price, usage);
    return nanos === null ? null : usdOfNanos(nanos);
  };
  const labelUsd = ({ model, usage }: LoggedRow): number | null => (model === null ? 0 : usdOf(model, usage));
  const names = [...new Set(logged.filter(({ model }) => model !== null).map(({ classifier }) => classifier))];
  const classifiers = names.map((name) => {
    const rows = logged.filter(({ classifier, state }) => classifier === name && state === 'ok');
    return { name, before: per1k(rows.map(({ usd }) => usd)), after: per1k(rows.map(labelUsd)) };
  });
  const labels = new Map(logged.filter(({ classifier, repeat }) => classifier === router && repeat === 0).map((row) => [row.id, row]));
  const routes = table === null ? [] : routesOf(input, table, labels, usdOf, labelUsd);
  return { classifiers, routes, saving: savingOf(routes), unpriced: [...asked].sort() };
}

type Pricing = (model: string, usage: TokenUsage | null) => number | null;

function routesOf(
  { served, router }: RepriceInput,
  { models, tokensOf }: NonNullable<RepriceInput['table']>,
  labels: ReadonlyMap<string, LoggedRow>,
  usdOf: Pricing,
  labelUsd: (row: LoggedRow) => number | null,
): Repriced[] {
  const rows = served.filter((row) => isAnswered(row) && row.quality !== null);
  for (const row of rows) refuseOther(row, tokensOf);
  const usdAt = (row: ServedRow, model: string | null): number | null => (model === null ? 0 : usdOf(model, tokensOf(row.id, model)));
  const labelOf = (row: ServedRow): number | null => {
    const label = labels.get(row.id);
    return label === undefined || label.state !== 'ok' ? 0 : labelUsd(label);
  };
  return [
    {
      name: `router: ${router}`,
      before: per1k(rows.map(({ usd }) => usd)),
      after: per1k(rows.map((row) => sum(usdAt(row, row.model), labelOf(row)))),
    },
    {
      name: 'best constant',
      before: per1k(rows.map(({ reference }) => reference?.usd ?? null)),
      after: per1k(rows.map((row) => usdAt(row, row.reference?.model ?? null))),
    },
    ...models.map(({ model, usdPer1k }) => ({ name: model, before: usdPer1k, after: per1k(rows.map((row) => usdAt(row, model))) })),
  ];
}

/** A table whose answers are not those the run was judged by would price something else. */
function refuseOther({ id, model, quality }: ServedRow, tokensOf: TokensOf): void {
  const cell = model === null ? undefined : tokensOf(id, model);
  if (cell === null || (cell !== undefined && Math.abs(cell.quality - (quality ?? 0)) > 1e-9)) throw differentTable(id);
}

const sum = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : a + b);

function per1k(usd: readonly (number | null)[]): number | null {
  if (usd.length === 0 || usd.some((each) => each === null)) return null;
  return (usd.reduce<number>((total, each) => total + (each ?? 0), 0) / usd.length) * 1_000;
}

function savingOf([router, constant]: readonly Repriced[]): Repricing['saving'] {
  if (router === undefined || constant === undefined) return null;
  const share = (cost: number | null, of: number | null) => (cost === null || of === null || of === 0 ? null : 1 - cost / of);
  return { before: share(router.before, constant.before), after: share(router.after, constant.after) };
}
