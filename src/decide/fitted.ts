import type { Facts } from '../core/facts.ts';
import type { Fitted, FittedScores } from '../core/fitted.ts';
import type { AnyLabel } from '../core/label.ts';
import type { QualityEstimator } from './estimators.ts';

/** The figures of a fit as rows of numbers, by model in the order of `fitted.models`. */
type Tables = {
  index: ReadonlyMap<string, number>;
  base: Float64Array;
  /** Per kind. */
  kinds: Float64Array[];
  /** Per kind; NaN where unknown. */
  kindOutput: Float64Array[];
  cells: { domain: string; complexity: string; quality: Float64Array }[];
};

/** The part of a fit that estimates are made from. */
export type FittedFigures = Pick<Fitted, 'models' | 'kinds' | 'cells'>;

const known = new WeakMap<FittedFigures, Tables>();

function tablesOf(fitted: FittedFigures): Tables {
  const seen = known.get(fitted);
  if (seen !== undefined) return seen;
  const ids = fitted.models.map(({ id }) => id);
  const row = (values: Readonly<Record<string, number | null>>, missing: Float64Array) =>
    Float64Array.from(ids, (id, at) => values[id] ?? (missing[at] as number));
  const base = Float64Array.from(fitted.models, ({ quality }) => quality);
  const output = Float64Array.from(fitted.models, ({ outputTokens }) => outputTokens ?? Number.NaN);
  const tables: Tables = {
    index: new Map(ids.map((id, at) => [id, at])),
    base,
    kinds: fitted.kinds.map(({ quality }) => row(quality, base)),
    kindOutput: fitted.kinds.map(({ outputTokens }) => row(outputTokens, output)),
    cells: fitted.cells.map(({ domain, complexity, quality }) => ({ domain, complexity, quality: row(quality, base) })),
  };
  known.set(fitted, tables);
  return tables;
}

/** How far one view of a request moves a model from its mean. */
export type Moves = { heads: number; kinds: number; cells: number };

/** The moves of the model at index `at`; 0 where there is nothing to go by. */
export function movesOf(fitted: FittedFigures, at: number, label: AnyLabel | null, scores: FittedScores | undefined): Moves {
  const { base, kinds, cells } = tablesOf(fitted);
  const mean = base[at] as number;
  let kind = 0;
  for (let index = 0; index < kinds.length; index++) kind += (scores?.kinds[index] ?? 0) * ((kinds[index]?.[at] as number) - mean);
  const [domain, complexity] = [label?.domain?.probabilities, label?.complexity?.probabilities];
  let cell = 0;
  if (domain !== undefined && complexity !== undefined)
    for (const { quality, ...where } of cells)
      cell += (domain[where.domain] ?? 0) * (complexity[where.complexity] ?? 0) * ((quality[at] as number) - mean);
  return {
    heads: scores === undefined || scores.quality.length === 0 ? 0 : (scores.quality[at] as number) - mean,
    kinds: kind,
    cells: cell,
  };
}

/** A model's mean moved by what is known of the request, each view as far as left-out folds rewarded it. MEASURED. */
export const fittedQuality: QualityEstimator = ({ id }, { label, scores }, { fitted }) => {
  const at = fitted === undefined ? undefined : tablesOf(fitted).index.get(id);
  if (fitted === undefined || at === undefined) return { quality: 0, basis: 'MODELLED' };
  const { heads, kinds, cells } = movesOf(fitted, at, label, scores);
  const { blend, models } = fitted;
  const quality = (models[at]?.quality ?? 0) + blend.heads * heads + blend.kinds * kinds + blend.cells * cells;
  return { quality: Math.min(1, Math.max(0, quality)), basis: 'MEASURED' };
};

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
  if (scores === undefined || kindOutput.length === 0 || model.outputTokens === null) return { input, output: model.outputTokens };
  let [output, chance] = [0, 0];
  for (let kind = 0; kind < kindOutput.length; kind++) {
    const probability = scores.kinds[kind] ?? 0;
    output += probability * (kindOutput[kind]?.[at] as number);
    chance += probability;
  }
  return { input, output: output + (1 - chance) * model.outputTokens };
}
