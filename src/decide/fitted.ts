import type { Facts } from '../core/facts.ts';
import type { Fitted, FittedScores } from '../core/fitted.ts';
import type { AnyLabel } from '../core/label.ts';
import type { QualityEstimator } from './estimators.ts';

/** The part of a fit that estimates are made from. */
export type FittedFigures = Pick<Fitted, 'models' | 'kinds' | 'cells'>;

/** The figures of a fit as rows of numbers, by model in the order of `models`; kinds and cells as differences from the models' means. */
type Tables = {
  index: ReadonlyMap<string, number>;
  base: Float64Array;
  output: Float64Array;
  kinds: Float64Array[];
  /** NaN where unknown. */
  kindOutput: Float64Array[];
  cells: { domain: string; complexity: string; moves: Float64Array }[];
};

const known = new WeakMap<FittedFigures, Tables>();

function tablesOf(fitted: FittedFigures): Tables {
  const seen = known.get(fitted);
  if (seen !== undefined) return seen;
  const ids = fitted.models.map(({ id }) => id);
  const base = Float64Array.from(fitted.models, ({ quality }) => quality);
  const output = Float64Array.from(fitted.models, ({ outputTokens }) => outputTokens ?? Number.NaN);
  const less = (values: Readonly<Record<string, number | null>>, mean: Float64Array) =>
    Float64Array.from(ids, (id, at) => (values[id] ?? (mean[at] as number)) - (mean[at] as number));
  const tables: Tables = {
    index: new Map(ids.map((id, at) => [id, at])),
    base,
    output,
    kinds: fitted.kinds.map(({ quality }) => less(quality, base)),
    kindOutput: fitted.kinds.map(({ outputTokens }) => less(outputTokens, output)),
    cells: fitted.cells.map(({ domain, complexity, quality }) => ({ domain, complexity, moves: less(quality, base) })),
  };
  known.set(fitted, tables);
  return tables;
}

/** Chances smaller than this move nothing. */
const NEGLIGIBLE = 1e-3;

/** How far each view of a request moves every model from its mean, and from its mean answer length. */
export type Moves = { heads: Float64Array; kinds: Float64Array; cells: Float64Array; output: Float64Array };

/** The moves of all models in the order of the fit; 0 where there is nothing to go by. */
export function movesOf(fitted: FittedFigures, label: AnyLabel | null, scores: FittedScores | undefined): Moves {
  const { base, kinds, kindOutput, cells } = tablesOf(fitted);
  const empty = () => new Float64Array(base.length);
  const moves: Moves = { heads: empty(), kinds: empty(), cells: empty(), output: empty() };
  if (scores !== undefined && scores.quality.length > 0)
    for (let at = 0; at < base.length; at++) moves.heads[at] = (scores.quality[at] as number) - (base[at] as number);
  for (let kind = 0; kind < kinds.length; kind++) {
    const chance = scores?.kinds[kind] ?? 0;
    addTo(moves.kinds, chance, kinds[kind] as Float64Array);
    addTo(moves.output, chance, kindOutput[kind] as Float64Array);
  }
  const [domain, complexity] = [label?.domain?.probabilities, label?.complexity?.probabilities];
  if (domain !== undefined && complexity !== undefined)
    for (const cell of cells) addTo(moves.cells, (domain[cell.domain] ?? 0) * (complexity[cell.complexity] ?? 0), cell.moves);
  return moves;
}

function addTo(sums: Float64Array, chance: number, moves: Float64Array): void {
  if (chance < NEGLIGIBLE) return;
  for (let at = 0; at < sums.length; at++) sums[at] = (sums[at] as number) + chance * (moves[at] as number);
}

/** What was last worked out for a label: every model of one decision asks for the same. */
const worked = new WeakMap<AnyLabel, { fitted: FittedFigures; scores: FittedScores | undefined; moves: Moves }>();

function movesFor(fitted: FittedFigures, label: AnyLabel, scores: FittedScores | undefined): Moves {
  const last = worked.get(label);
  if (last !== undefined && last.fitted === fitted && last.scores === scores) return last.moves;
  const moves = movesOf(fitted, label, scores);
  worked.set(label, { fitted, scores, moves });
  return moves;
}

/** A model's mean moved by what is known of the request, each view as far as left-out folds rewarded it. MEASURED. */
export const fittedQuality: QualityEstimator = ({ id }, { label, scores }, { fitted }) => {
  const at = fitted === undefined ? undefined : tablesOf(fitted).index.get(id);
  if (fitted === undefined || at === undefined) return { quality: 0, basis: 'MODELLED' };
  const { heads, kinds, cells } = movesFor(fitted, label, scores);
  const { blend, models } = fitted;
  const moved = blend.heads * (heads[at] as number) + blend.kinds * (kinds[at] as number) + blend.cells * (cells[at] as number);
  return { quality: Math.min(1, Math.max(0, (models[at]?.quality ?? 0) + moved)), basis: 'MEASURED' };
};

/** Tokens a model is expected to read and write for a request, from what it did on such requests; null where the fit does not know. */
export function fittedTokens(
  { id }: { id: string },
  { label, facts, scores }: { label: AnyLabel; facts: Pick<Facts, 'inputTokens'>; scores?: FittedScores | undefined },
  fitted: FittedFigures,
): { input: number | null; output: number | null } {
  const at = tablesOf(fitted).index.get(id);
  const model = at === undefined ? undefined : fitted.models[at];
  if (at === undefined || model === undefined) return { input: null, output: null };
  const input = model.inputScale === null ? null : model.inputScale * facts.inputTokens;
  if (model.outputTokens === null) return { input, output: null };
  return { input, output: Math.max(0, model.outputTokens + (movesFor(fitted, label, scores).output[at] as number)) };
}
