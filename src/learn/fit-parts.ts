import type { FittedKind, FittedModel, FittedScores } from '../core/fitted.ts';
import { type FittedFigures, fittedTokens, movesOf } from '../decide/fitted.ts';
import { groupEffects } from '../eval/table/groups.ts';
import { fitCells } from './fit-cells.ts';
import type { FitData } from './fit-data.ts';
import { type HeadModel, scoresOfRow, trainHeads } from './fit-heads.ts';

/** Everything learned from some rows. */
export type FitParts = { figures: FittedFigures; heads: HeadModel };

/** Pseudo-rows that hold a kind's mean answer length to the model's own. */
const LENGTH_ROWS = 20;

/** Learns from some rows. @param ids of the models in the policy, in the table's order */
export function fitParts(data: FitData, rows: Int32Array, ids: readonly string[], seed: number): FitParts {
  const models = data.table.models.map((_, model) => fittedModel(data, rows, model, ids[model] as string));
  const base = Float64Array.from(models, ({ quality }) => quality);
  const figures = { models, kinds: fitKinds(data, rows, models, base), cells: fitCells(data.labels, rows, data.quality, base, ids) };
  return { figures, heads: trainHeads(data, rows, seed) };
}

function fittedModel({ table, inputTokens }: FitData, rows: Int32Array, index: number, id: string): FittedModel {
  const model = table.models[index] as FitData['table']['models'][number];
  const usd = meanOver(model.usd, rows);
  const scale = meanOver(model.inputTokens, rows) / meanOver(inputTokens, rows);
  return {
    id,
    name: model.name,
    quality: rounded(meanOver(model.quality, rows)),
    usdPer1k: known(usd * 1_000),
    inputScale: known(scale),
    outputTokens: known(meanOver(model.outputTokens, rows)),
  };
}

function fitKinds(
  { kinds, quality, table, width }: FitData,
  rows: Int32Array,
  models: readonly FittedModel[],
  base: Float64Array,
): FittedKind[] {
  if (kinds.names.length === 0) return [];
  const left = new Float64Array(rows.length * width);
  for (const [index, row] of rows.entries())
    for (let model = 0; model < width; model++)
      left[index * width + model] = (quality[row * width + model] as number) - (base[model] as number);
  const of = (row: number) => ((kinds.of[row] as number) < 0 ? [] : [{ group: kinds.of[row] as number, weight: 1 }]);
  const effects = groupEffects({ groups: kinds.names.length, of }, rows, left, width);
  return kinds.names.map((name, kind) => {
    const own = rows.filter((row) => kinds.of[row] === kind);
    const means = models.map(
      ({ id }, model) => [id, rounded((base[model] as number) + (effects[kind * width + model] as number))] as const,
    );
    const lengths = models.map(({ id, outputTokens }, model) => {
      const tokens = table.models[model]?.outputTokens ?? new Float64Array(0);
      return [id, outputTokens === null ? null : shrunkLength(tokens, own, outputTokens)] as const;
    });
    return {
      name,
      rows: own.length,
      terms: [],
      examples: [],
      quality: Object.fromEntries(means),
      outputTokens: Object.fromEntries(lengths),
    };
  });
}

function shrunkLength(tokens: Float64Array, own: Int32Array, mean: number): number {
  let sum = LENGTH_ROWS * mean;
  for (const row of own) sum += tokens[row] as number;
  return rounded(sum / (own.length + LENGTH_ROWS), 10);
}

/** Moves of every model on some rows by each view, row-major, and the dollars expected of it (NaN where unknown). */
export type Guessed = { heads: Float64Array; kinds: Float64Array; cells: Float64Array; usd: Float64Array };

/** Guesses rows by what other rows taught, with the very functions that will serve requests. */
export function guessRows({ figures, heads }: FitParts, data: FitData, rows: Int32Array): Guessed {
  const { width } = data;
  const empty = () => new Float64Array(rows.length * width);
  const guessed: Guessed = { heads: empty(), kinds: empty(), cells: empty(), usd: empty() };
  for (const [index, row] of rows.entries()) {
    const scores = scoresOfRow(heads, data.features[row] as FitData['features'][number]);
    const movesAt = movesOf(figures, data.labels[row] ?? null, scores);
    for (let model = 0; model < width; model++) {
      const moves = movesAt(model);
      const at = index * width + model;
      guessed.heads[at] = moves.heads;
      guessed.kinds[at] = moves.kinds;
      guessed.cells[at] = moves.cells;
      guessed.usd[at] = expectedUsd(figures, data, row, model, scores);
    }
  }
  return guessed;
}

function expectedUsd(figures: FittedFigures, { table, inputTokens }: FitData, row: number, index: number, scores: FittedScores): number {
  const price = table.models[index]?.price;
  const model = figures.models[index];
  if (price?.input == null || price.output == null || model === undefined) return Number.NaN;
  const { input, output } = fittedTokens(model, { facts: { inputTokens: inputTokens[row] as number }, scores }, figures);
  return input === null || output === null ? Number.NaN : (input * price.input + output * price.output) / 1_000_000;
}

export function meanOver(values: Float64Array, rows: Int32Array): number {
  let sum = 0;
  for (const row of rows) sum += values[row] as number;
  return rows.length === 0 ? Number.NaN : sum / rows.length;
}

const rounded = (value: number, scale = 1e4): number => Math.max(0, Math.round(value * scale) / scale);
const known = (value: number): number | null => (Number.isFinite(value) ? rounded(value, 1e6) : null);
