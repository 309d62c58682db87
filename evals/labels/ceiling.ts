import { BUCKETS } from '../../src/classify/embedded/features.ts';
import { viewOf } from '../../src/core/view.ts';
import { auroc } from '../../src/eval/metrics/auroc.ts';
import { viewFeatures } from '../../src/learn/examples.ts';
import { type Example, type Head, headScores, trainLinear } from '../../src/learn/linear.ts';
import { SEVERAL_KINDS, type SourceFigure } from './judge.ts';
import type { MeasuredText } from './sources.ts';

const HEAD: Head = { name: 'failure', kind: 'logistic', first: 0, columns: 1, useDense: true, l2: 0.01, power: 0.5 };
const LINEAR = { buckets: BUCKETS, columns: 1, epochs: 8, learningRate: 0.3, seed: 1 };
/** Every table teaches as much as this many rows, however many it has. */
const TABLE_WEIGHT = 600;

export type Ceiling = SourceFigure & { severalKinds: boolean; taughtBy: 'other tables' | 'half of the table' };

/**
 * How well the same features rank failure when they are taught by measured failure itself: by all other tables, and by every
 * second row of the table for the rest. What no label learned without outcomes can be expected to pass.
 */
export function failureCeiling(tables: ReadonlyMap<string, readonly MeasuredText[]>, limit: number): Ceiling[] {
  const read = [...tables].map(([source, all]) => ({ source, examples: examplesOf(all.slice(0, limit)) }));
  return read.flatMap(({ source, examples }) => {
    const others = read.flatMap((table) => (table.source === source ? [] : weighted(table.examples)));
    const [odd, even] = [1, 0].map((rest) => examples.filter((_, index) => index % 2 === rest)) as [Example[], Example[]];
    const base = { source, severalKinds: SEVERAL_KINDS.has(source) };
    return [
      { ...base, rows: examples.length, taughtBy: 'other tables' as const, figure: areaOf(others, examples) },
      { ...base, rows: odd.length, taughtBy: 'half of the table' as const, figure: areaOf(even, odd) },
    ];
  });
}

const weighted = (examples: readonly Example[]): Example[] =>
  examples.map((example) => ({ ...example, weight: TABLE_WEIGHT / examples.length }));

function examplesOf(rows: readonly MeasuredText[]): Example[] {
  const mean = rows.reduce((sum, { quality }) => sum + quality, 0) / rows.length;
  return rows.map(({ text, quality }) => ({
    ...viewFeatures(viewOf({ messages: [{ role: 'user', content: text }] })),
    targets: [quality < mean ? 1 : 0],
    weight: 1,
    cluster: '',
  }));
}

function areaOf(taught: readonly Example[], judged: readonly Example[]): SourceFigure['figure'] {
  const model = trainLinear(taught, [HEAD], LINEAR);
  const score = (example: Example) => 1 / (1 + Math.exp(-(headScores(example, HEAD, model)[0] as number)));
  return auroc(judged.map((example) => ({ p: score(example), y: example.targets[0] === 1 ? 1 : 0 })));
}
