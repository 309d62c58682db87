import { viewOf } from '../../core/view.ts';
import type { DatasetRow } from '../../eval/dataset.ts';
import type { Right } from './paired.ts';
import { likenessOf } from './tfidf.ts';

/** What needs no prompt at all, on the rows of dev. */
export type FreeBaseline = { name: string; rights: Right[] };

/** Neighbours that vote, and train rows they are looked for among. */
const VOTES = 7;
const AMONG = 2_000;

/** Always the most frequent value of each axis. */
export function majority(train: readonly DatasetRow[], dev: readonly DatasetRow[], axes: readonly string[]): FreeBaseline {
  const said = Object.fromEntries(axes.map((axis) => [axis, mostFrequent(train.map(({ gold }) => gold[axis] ?? ''))]));
  return { name: 'majority', rights: dev.map(({ gold }) => axes.every((axis) => gold[axis] === said[axis])) };
}

/** The vote of the most similar train rows, by TF-IDF. */
export function nearestNeighbours(train: readonly DatasetRow[], dev: readonly DatasetRow[], axes: readonly string[]): FreeBaseline {
  const among = train.slice(0, AMONG);
  const likeness = likenessOf([...among, ...dev].map(({ request }) => viewOf(request).text));
  const rights = dev.map(({ gold }, index) => {
    const near = likeness.nearest(among.length + index, VOTES, (other) => other < among.length).map((other) => among[other] as DatasetRow);
    return axes.every((axis) => mostFrequent(near.map((row) => row.gold[axis] ?? '')) === gold[axis]);
  });
  return { name: 'nearest neighbours', rights };
}

function mostFrequent(values: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? '';
}
