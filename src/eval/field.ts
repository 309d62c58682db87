/** One way to serve every row: a fixed model, a control, or a router. */
export type Contender = {
  name: string;
  kind: 'model' | 'control' | 'router';
  /** Index of the model of each row, −1 for none; null for a mixture, which sends each row to several. */
  choices: Int32Array | null;
  /** Quality of each row, 0..1. */
  quality: Float64Array;
  /** Dollars of each row, classifier included; NaN where a price or a token count is unknown. */
  usd: Float64Array;
  /** Share of rows sent to each model. */
  mix: ReadonlyMap<string, number>;
  /** Mean dollars a row that went to the classifier; null when unknown. */
  classifierUsd: number | null;
  /** Rows no model was found for: quality 0, no cost. */
  refused: number;
  /** Rows sent to a model that may not take them (risk clearance, abilities) going by the gold label: counted, and never an advantage. */
  notAllowed: number;
  /** For a fixed model: rows it may not take, sent where the policy sends them, so that every contender keeps the same rules. */
  substituted: number;
};

/** Everything that is compared, on the same rows. */
export type Field = { rows: number; clusterOf: Int32Array; models: Contender[]; contenders: Contender[] };

/** Quality and dollars of one model on every row, and whether it may take it. */
export type ModelColumns = { model: string; quality: Float64Array; usd: Float64Array; allowed: (row: number) => boolean };

export type ContenderOptions = {
  /** Dollars of each row's label, added to the row. */
  classifierUsd?: Float64Array;
  /** Index of the model that stands in where the chosen one may not take the row, so that breaking a rule neither saves nor helps. */
  instead?: Int32Array;
};

/** A contender that sends row i to the model with index `choices[i]`; −1 is refused. */
export function contenderFrom(
  name: string,
  kind: Contender['kind'],
  choices: Int32Array,
  columns: readonly ModelColumns[],
  { classifierUsd, instead }: ContenderOptions = {},
): Contender {
  const rows = choices.length;
  const [quality, usd] = [new Float64Array(rows), new Float64Array(rows)];
  const counts = new Map<string, number>();
  let [refused, notAllowed] = [0, 0];
  for (let row = 0; row < rows; row++) {
    usd[row] = classifierUsd?.[row] ?? 0;
    const column = columns[choices[row] ?? -1];
    if (column === undefined) {
      refused++;
      continue;
    }
    const broken = !column.allowed(row);
    const served = broken && instead !== undefined ? columns[instead[row] ?? -1] : column;
    quality[row] = served?.quality[row] ?? 0;
    usd[row] = (usd[row] ?? 0) + (served === undefined ? 0 : (served.usd[row] ?? Number.NaN));
    counts.set(column.model, (counts.get(column.model) ?? 0) + 1);
    if (broken) notAllowed++;
  }
  const mix = new Map([...counts].map(([model, count]) => [model, count / rows]));
  return { name, kind, choices, quality, usd, mix, classifierUsd: knownMean(classifierUsd), refused, notAllowed, substituted: 0 };
}

/** Every model served to every row; a row it may not take goes to the model with index `instead[row]`. */
export function fixedModels(columns: readonly ModelColumns[], rows: number, instead?: Int32Array): Contender[] {
  return columns.map((column, index) => {
    const choices = new Int32Array(rows).fill(index);
    let substituted = 0;
    for (let row = 0; row < rows && instead !== undefined; row++) {
      if (column.allowed(row)) continue;
      choices[row] = instead[row] ?? -1;
      substituted++;
    }
    return { ...contenderFrom(column.model, 'model', choices, columns), substituted };
  });
}

/**
 * The expected contender that draws each row's model from `weights`, whatever the row says: the mean over all draws, free of the luck of one.
 * With a router's own mix this is the shuffled copy of its choices.
 *
 * @param weights share of each fixed model by name
 */
export function mixtureOf(name: string, weights: ReadonlyMap<string, number>, models: readonly Contender[], rows: number): Contender {
  const [quality, usd] = [new Float64Array(rows), new Float64Array(rows)];
  for (const model of models) {
    const weight = weights.get(model.name) ?? 0;
    if (weight === 0) continue;
    for (let row = 0; row < rows; row++) {
      quality[row] = (quality[row] as number) + weight * (model.quality[row] as number);
      usd[row] = (usd[row] as number) + weight * (model.usd[row] as number);
    }
  }
  return { name, kind: 'control', choices: null, quality, usd, mix: weights, classifierUsd: 0, refused: 0, notAllowed: 0, substituted: 0 };
}

function knownMean(values: Float64Array | undefined): number | null {
  if (values === undefined || values.length === 0) return 0;
  const mean = meanOf(values);
  return Number.isNaN(mean) ? null : mean;
}

/** Mean of a column; NaN when it is empty or holds an unknown. */
export function meanOf(values: Float64Array): number {
  return values.length === 0 ? Number.NaN : values.reduce((sum, value) => sum + value, 0) / values.length;
}
