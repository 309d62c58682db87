import type { DecisionInput } from '../core/decision.ts';
import type { Facts } from '../core/facts.ts';
import type { Fitted, FittedScores } from '../core/fitted.ts';
import type { AnyLabel } from '../core/label.ts';
import type { QualityEstimator } from './estimators.ts';

/** The figures of a fit as rows of numbers, by model in the order of `fitted.models`. */
type Tables = {
  index: ReadonlyMap<string, number>;
  base: Float64Array;
  /** Per model, kind by kind: how far it is from its mean there. */
  kinds: Float64Array[];
  /** Per model, kind by kind; NaN where unknown. */
  kindOutput: Float64Array[];
  /** Per model, cell by cell: how far it is from its mean there. */
  cells: Float64Array[];
};

/** The part of a fit that estimates are made from. */
export type FittedFigures = Pick<Fitted, 'models' | 'kinds' | 'cells'>;

const known = new WeakMap<FittedFigures, Tables>();

function tablesOf(fitted: FittedFigures): Tables {
  const seen = known.get(fitted);
  if (seen !== undefined) return seen;
  const { models, kinds, cells } = fitted;
  const apart = (of: FittedFigures['kinds'] | FittedFigures['cells']) =>
    models.map(({ id, quality: mean }) =>
      Float64Array.from<{ quality: Record<string, number> }>(of, ({ quality }) => (quality[id] ?? mean) - mean),
    );
  const tables: Tables = {
    index: new Map(models.map(({ id }, at) => [id, at])),
    base: Float64Array.from(models, ({ quality }) => quality),
    kinds: apart(kinds),
    kindOutput: models.map((model) => Float64Array.from(kinds, (kind) => kind.outputTokens[model.id] ?? model.outputTokens ?? Number.NaN)),
    cells: apart(cells),
  };
  known.set(fitted, tables);
  return tables;
}

/** How far one view of a request moves a model from its mean. */
export type Moves = { heads: number; kinds: number; cells: number };

/** What moves each model for one request, by its index; 0 where there is nothing to go by. What is the same for all models is reckoned once. */
export function movesOf(fitted: FittedFigures, label: AnyLabel | null, scores: FittedScores | undefined): (at: number) => Moves {
  const { base, kinds, cells } = tablesOf(fitted);
  const kindChances = new Float64Array(fitted.kinds.length);
  for (let kind = 0; kind < kindChances.length; kind++) kindChances[kind] = scores?.kinds[kind] ?? 0;
  const cellChances = chancesOfCells(fitted.cells, label);
  return (at) => ({
    heads: scores === undefined || scores.quality.length === 0 ? 0 : (scores.quality[at] as number) - (base[at] as number),
    kinds: weighted(kindChances, kinds[at] as Float64Array),
    cells: weighted(cellChances, cells[at] as Float64Array),
  });
}

/** How likely a request is of each cell; none where the label lacks an axis. */
function chancesOfCells(cells: FittedFigures['cells'], label: AnyLabel | null): Float64Array {
  const [domain, complexity] = [label?.domain?.probabilities, label?.complexity?.probabilities];
  if (domain === undefined || complexity === undefined) return new Float64Array(0);
  const chances = new Float64Array(cells.length);
  for (const [at, cell] of cells.entries()) chances[at] = (domain[cell.domain] ?? 0) * (complexity[cell.complexity] ?? 0);
  return chances;
}

function weighted(chances: Float64Array, values: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < chances.length; at++) sum += (chances[at] as number) * (values[at] as number);
  return sum;
}

/** For one request a model's mean moved by what is known of it, each view as far as left-out folds rewarded it. MEASURED. */
export function fittedQuality(
  { label, scores }: Pick<DecisionInput, 'label' | 'scores'>,
  fitted: FittedFigures & Pick<Fitted, 'blend'>,
): QualityEstimator {
  const { blend, models } = fitted;
  const { index } = tablesOf(fitted);
  const movesAt = movesOf(fitted, label, scores);
  return ({ id }) => {
    const at = index.get(id);
    if (at === undefined) return { quality: 0, basis: 'MODELLED' };
    const { heads, kinds, cells } = movesAt(at);
    const quality = (models[at]?.quality ?? 0) + blend.heads * heads + blend.kinds * kinds + blend.cells * cells;
    return { quality: Math.min(1, Math.max(0, quality)), basis: 'MEASURED' };
  };
}

/** Tokens a model is expected to read and write for a request, from what it did on such requests; null where the fit does not know. */
export function fittedTokens(
  { id }: { id: string },
  { facts, scores }: { facts: Pick<Facts, 'inputTokens'>; scores?: FittedScores | undefined },
  fitted: FittedFigures,
): { input: number | null; output: number | null } {
  const { index, kindOutput } = tablesOf(fitted);
  const at = index.get(id);
  const model = at === undefined ? undefined : fitted.models[at];
  if (at === undefined || model === undefined) return { input: null, output: null };
  const input = model.inputScale === null ? null : model.inputScale * facts.inputTokens;
  if (scores === undefined || fitted.kinds.length === 0 || model.outputTokens === null) return { input, output: model.outputTokens };
  const outputs = kindOutput[at] as Float64Array;
  let [output, chance] = [0, 0];
  for (let kind = 0; kind < outputs.length; kind++) {
    const probability = scores.kinds[kind] ?? 0;
    output += probability * (outputs[kind] as number);
    chance += probability;
  }
  return { input, output: output + (1 - chance) * model.outputTokens };
}
