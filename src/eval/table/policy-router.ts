import type { DecisionInput, RouteOverrides } from '../../core/decision.ts';
import { RouterError } from '../../core/errors.ts';
import type { Facts } from '../../core/facts.ts';
import { type AnyLabel, unsureLabel } from '../../core/label.ts';
import { OBJECTIVES, type ReadyPolicy } from '../../core/policy.ts';
import type { RouteRequest } from '../../core/request.ts';
import type { Taxonomy } from '../../core/taxonomy.ts';
import { decide } from '../../decide/decide.ts';
import { contenderFrom } from '../field.ts';
import { columnsOf, type TableContender, type TableLabels } from './contenders.ts';
import { choicesAt, type Setting, sweep } from './operate.ts';

/** A policy's own decisions on a table: the same `decide` that serves requests. */
export type PolicyInput = {
  policy: ReadyPolicy;
  labels: TableLabels;
  requests: readonly RouteRequest[];
  factsOf: (request: RouteRequest) => Facts;
  taxonomy: Taxonomy;
  /** Rank rows between these two as well, whatever the pools say. */
  pair?: { strong: string; weak: string };
};

/**
 * The router a policy is, on every row of a table. Models of the policy that the table lacks are unavailable.
 *
 * @throws RouterError `options.invalid` when the table has none of the policy's models
 */
export function policyRouter(input: PolicyInput, setting: Setting): TableContender {
  const { table, folds } = setting;
  const columnOf = columnsByModel(
    input.policy,
    table.models.map(({ name }) => name),
  );
  const unavailable = Object.fromEntries(
    [...input.policy.models.keys()].filter((id) => !columnOf.has(id)).map((id) => [id, 'not in the table']),
  );
  const guesses = estimates(input, columnOf, { unavailable }, table.models.length);
  const ranking =
    input.pair === undefined
      ? guesses
      : estimates(
          input,
          columnOf,
          {
            unavailable,
            ...pairOverride(
              input.pair,
              columnOf,
              table.models.map(({ name }) => name),
            ),
          },
          table.models.length,
        );
  const weight = input.policy.usdWeight ?? OBJECTIVES[input.policy.objective].usdWeight;
  const weights = Array.from({ length: folds.count }, () => weight);
  const fitted = { outer: guesses.gains, own: ranking.gains, inner: [] };
  const own: Setting = { ...setting, usd: guesses.usd };
  const serve = (choices: Int32Array) =>
    contenderFrom(input.labels.name, 'router', choices, columnsOf(table), { classifierUsd: input.labels.usd });
  const contender = serve(choicesAt(fitted, own, weights));
  return { contender, points: [...sweep(fitted, own).map(serve), contender], fitted, weights };
}

/**
 * Column of the table for each model of the policy: by what the fit says, else by the same name, with or without its provider.
 *
 * @throws RouterError `options.invalid` when the table has none of them
 */
export function columnsByModel({ models, fitted, name }: ReadyPolicy, columns: readonly string[]): Map<string, number> {
  const fittedNames = new Map((fitted?.models ?? []).map((model) => [model.id, model.name]));
  const found = new Map<string, number>();
  for (const { id, wireName } of models.values()) {
    const names = [fittedNames.get(id), id, wireName, id.slice(id.indexOf('/') + 1)];
    const column = names.map((candidate) => columns.indexOf(candidate ?? '')).find((at) => at >= 0);
    if (column !== undefined) found.set(id, column);
  }
  if (found.size > 0) return found;
  throw new RouterError('options.invalid', `policy \`${name}\` has none of the table's models: ${columns.slice(0, 8).join(', ')}`, {
    where: '--policy',
    advice: 'fit a policy on such a table with `pointsman fit`, or leave `--policy` out',
  });
}

function pairOverride(
  { strong, weak }: { strong: string; weak: string },
  columnOf: ReadonlyMap<string, number>,
  names: readonly string[],
): RouteOverrides {
  const candidates = [...columnOf].filter(([, column]) => names[column] === strong || names[column] === weak).map(([id]) => id);
  return candidates.length === 2 ? { candidates } : {};
}

type Estimates = { gains: Float64Array; usd: Float64Array };

/** Expected quality and dollars of every candidate of every row, row-major; NaN where a model is no candidate. */
function estimates(
  { policy, labels, requests, factsOf, taxonomy }: PolicyInput,
  columnOf: ReadonlyMap<string, number>,
  overrides: RouteOverrides,
  width: number,
): Estimates {
  const gains = new Float64Array(requests.length * width).fill(Number.NaN);
  const usd = new Float64Array(requests.length * width).fill(Number.NaN);
  const nothing: AnyLabel = unsureLabel(taxonomy, 'failed');
  for (const [row, request] of requests.entries()) {
    const scores = policy.read === undefined ? {} : { scores: policy.read(request) };
    const input: DecisionInput = { label: labels.labels[row] ?? nothing, facts: factsOf(request), overrides, ...scores };
    const decision = decide(input, policy);
    if (decision.kind === 'refused') continue;
    const dearest = Math.max(0, ...decision.candidates.map(({ estimate }) => estimate.usd ?? 0));
    for (const { model, estimate } of decision.candidates) {
      const column = columnOf.get(model);
      if (column === undefined) continue;
      gains[row * width + column] = estimate.quality;
      usd[row * width + column] = estimate.usd ?? dearest;
    }
  }
  return { gains, usd };
}
