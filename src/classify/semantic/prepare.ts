import type { Embedder, VectorStore } from '../../core/contracts.ts';
import type { TokenUsage } from '../../core/label.ts';
import { type AxisDefinition, axisValues } from '../../core/taxonomy.ts';
import { embedTexts } from './embed.ts';
import type { AxisExamples } from './examples.ts';
import { centroidScorer, type Labelled, neighbourScorer, type Scorer, unitVector } from './nearest.ts';
import { calibratedTemperature } from './temperature.ts';

export type Method = { kind: 'centroid' } | { kind: 'neighbours'; nearest: number };

/** One axis ready to be scored. */
export type AxisModel = { axis: string; definition: AxisDefinition; scorer: Scorer; temperature: number };

/** Everything that is learnt from the examples. */
export type Prepared = { axes: AxisModel[]; dimensions: number; usage: TokenUsage | null };

/**
 * Embeds the examples and calibrates each axis on them.
 *
 * @throws RouterError whatever the embedder throws; `classify.bad-answer` for vectors that cannot be compared
 */
export async function prepare(
  examples: readonly AxisExamples[],
  method: Method,
  { embedder, store, signal }: { embedder: Embedder; store: VectorStore | null; signal: AbortSignal },
): Promise<Prepared> {
  const { vectors, usage } = await embedTexts(
    examples.flatMap(({ texts }) => texts),
    embedder,
    store,
    signal,
  );
  const dimensions = vectors[0]?.length ?? 0;
  const units = vectors.map((vector) => unitVector(vector, dimensions));
  let from = 0;
  const axes = examples.map(({ axis, definition, texts, values }) => {
    const own = units.slice(from, from + texts.length);
    from += texts.length;
    return { axis, definition, ...learn({ vectors: own, values, count: axisValues(definition).length }, method) };
  });
  return { axes, dimensions, usage };
}

function learn(labelled: Labelled, method: Method): { scorer: Scorer; temperature: number } {
  const scorer = method.kind === 'centroid' ? centroidScorer(labelled) : neighbourScorer(labelled, method.nearest);
  return { scorer, temperature: calibratedTemperature(scorer, labelled) };
}
