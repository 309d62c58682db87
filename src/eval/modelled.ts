import type { DecisionInput } from '../core/decision.ts';
import { LEVELS, type Level } from '../core/default-taxonomy.ts';
import type { Facts } from '../core/facts.ts';
import { type AnyLabel, unsureLabel } from '../core/label.ts';
import type { Model } from '../core/models.ts';
import type { QualityPrior, ReadyPolicy } from '../core/policy.ts';
import { axesOf, axisValues, type Taxonomy } from '../core/taxonomy.ts';
import { decide, recheck } from '../decide/decide.ts';
import { expectedOutputTokens, usdOf } from '../decide/price.ts';
import type { DatasetRow } from './dataset.ts';
import type { ModelColumns } from './field.ts';
import type { Predicted } from './predict.ts';

/** One request as the simulation sees it: gold label as a certain one, and facts. */
export type SimulatedRow = { row: DatasetRow; level: Level; facts: Facts; goldLabel: AnyLabel };

/** Rows with a gold complexity: without one no quality can be modelled. */
export function simulatedRows(
  rows: readonly DatasetRow[],
  taxonomy: Taxonomy,
  factsOf: (request: DatasetRow['request']) => Facts,
): SimulatedRow[] {
  return rows.flatMap((row) => {
    const level = LEVELS.find((value) => value === row.gold.complexity);
    return level === undefined ? [] : [{ row, level, facts: factsOf(row.request), goldLabel: certainLabel(row.gold, taxonomy) }];
  });
}

/** A label that is sure of the gold values; an axis without gold stays unknown. */
export function certainLabel(gold: Readonly<Record<string, string>>, taxonomy: Taxonomy): AnyLabel {
  const label: AnyLabel = unsureLabel(taxonomy, 'not-scored');
  for (const [axis, definition] of axesOf(taxonomy)) {
    const wanted = gold[axis];
    if (wanted === undefined) continue;
    const probabilities = Object.fromEntries(axisValues(definition).map((value) => [value, value === wanted ? 1 : 0]));
    label[axis] = { value: wanted, confidence: 1, probabilities, unsure: null };
  }
  return label;
}

/** The models a policy can route to, in the order they are written. */
export function routableModels(policy: ReadyPolicy): Model[] {
  const reachable = new Set(policy.rules.flatMap(({ pool }) => policy.pools[pool]?.models ?? []));
  reachable.add(policy.lastResort);
  return [...policy.models.values()].filter(({ id }) => reachable.has(id));
}

/**
 * Modelled quality (the tier prior at the gold complexity) and estimated dollars (list price × estimated tokens) of every model on every row.
 * Every contender pays for the same expected answer: the one the gold complexity calls for.
 */
export function modelledColumns(rows: readonly SimulatedRow[], models: readonly Model[], policy: ReadyPolicy): ModelColumns[] {
  return models.map((model) => {
    const quality = Float64Array.from(rows, ({ level }) => policy.qualityPrior[model.tier][level]);
    const usd = Float64Array.from(rows, ({ goldLabel, facts }) => {
      const outputTokens = expectedOutputTokens(model, goldLabel, facts, policy);
      return usdOf(model.price, facts.inputTokens, outputTokens) ?? Number.NaN;
    });
    const allowed = allowedRows(model, rows, policy);
    return { model: model.id, quality, usd, allowed: (row) => allowed[row] === 1 };
  });
}

/** Rows a model may take, as 1. Rows alike in all that is asked of a model are asked about once. */
function allowedRows(model: Model, rows: readonly SimulatedRow[], policy: ReadyPolicy): Uint8Array {
  const known = new Map<string, 0 | 1>();
  return Uint8Array.from(rows, ({ row, goldLabel, facts }) => {
    const { tools, images, attachments, responseSchema, toolHistory, inputTokens, maxOutputTokens } = facts;
    const tooLong = inputTokens + (maxOutputTokens ?? 0) > (model.contextTokens ?? Number.POSITIVE_INFINITY);
    const tooMuch = (maxOutputTokens ?? 0) > (model.maxOutputTokens ?? Number.POSITIVE_INFINITY);
    const key = `${row.gold.risk} ${tools > 0} ${images > 0} ${attachments > 0} ${responseSchema} ${toolHistory} ${tooLong} ${tooMuch}`;
    const answer = known.get(key) ?? (recheck(model.id, { label: goldLabel, facts }, policy) === null ? 1 : 0);
    known.set(key, answer);
    return answer;
  });
}

/** What a policy decides for every row: the index of the model in `models`, or −1 when it refuses. A row without a label is routed as unsure. */
export function choicesOf(
  labels: readonly (AnyLabel | null)[],
  rows: readonly SimulatedRow[],
  models: readonly Model[],
  policy: ReadyPolicy,
  taxonomy: Taxonomy,
  overrides: DecisionInput['overrides'] = {},
): Int32Array {
  const index = new Map(models.map(({ id }, position) => [id, position]));
  const nothing: AnyLabel = unsureLabel(taxonomy, 'failed');
  return Int32Array.from(rows, ({ facts, row: { request } }, row) => {
    const scores = policy.read === undefined ? {} : { scores: policy.read(request) };
    const decision = decide({ label: labels[row] ?? nothing, facts, overrides, ...scores }, policy);
    return decision.kind === 'chosen' ? (index.get(decision.model) ?? -1) : -1;
  });
}

/** Dollars of each label; NaN where the price is unknown. */
export function classifierUsd(predicted: readonly Predicted[]): Float64Array {
  return Float64Array.from(predicted, ({ usd, state }) => (state === 'ok' ? (usd ?? Number.NaN) : 0));
}

/** Share of all rows a contender sends to each tier at each gold complexity: all that modelled quality depends on. */
export type TierMix = Record<Level, Record<Level, number>>;

export function tierMixOf(choices: Int32Array | null, rows: readonly SimulatedRow[], models: readonly Model[]): TierMix {
  const mix = emptyMix();
  for (const [row, choice] of (choices ?? []).entries()) {
    const [model, simulated] = [models[choice], rows[row]];
    if (model !== undefined && simulated !== undefined) mix[model.tier][simulated.level] += 1 / rows.length;
  }
  return mix;
}

function emptyMix(): TierMix {
  const zero = () => ({ low: 0, medium: 0, high: 0 });
  return { low: zero(), medium: zero(), high: zero() };
}

/** Mean modelled quality of a tier mix under a table of priors. */
export function qualityUnder(prior: QualityPrior, mix: TierMix): number {
  let quality = 0;
  for (const tier of LEVELS) for (const level of LEVELS) quality += mix[tier][level] * prior[tier][level];
  return quality;
}
