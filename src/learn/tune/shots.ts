import { type Random, seededRandom, shuffled } from '../../core/random.ts';
import { viewOf } from '../../core/view.ts';
import type { DatasetRow } from '../../eval/dataset.ts';
import { type ConfusionGroup, labelKey } from './groups.ts';
import { wordsOf } from './guards.ts';
import type { Shot } from './sections.ts';
import { type Likeness, likenessOf } from './tfidf.ts';

/** Most few-shots of a prompt. */
export const MOST_SHOTS = 8;
/** Longer texts would eat the tokens of several others. */
const LONGEST_TEXT = 160;
const POOL = 240;
/** Texts that share this much of their words ask the same thing. */
const NEAR = 0.6;

/** Train rows that may become few-shots, and how alike they are. */
export type ShotPool = { rows: readonly DatasetRow[]; likeness: Likeness };

/**
 * Short train rows, the same number of each label as far as there are such, none equal or near to a row that is scored.
 *
 * @param scored rows of dev and test
 */
export function shotPool(train: readonly DatasetRow[], scored: readonly DatasetRow[], axes: readonly string[], random: Random): ShotPool {
  const known = new Set(scored.flatMap(({ fingerprint, cluster }) => [fingerprint, cluster]));
  const short = train.filter((row) => isShort(row) && !known.has(row.fingerprint) && !known.has(row.cluster));
  const drawn = inTurns(shuffled(short, random), axes, POOL);
  const scoredWords = scored.map(({ request }) => new Set(wordsOf(viewOf(request).text)));
  const isNear = ({ request }: DatasetRow) => {
    const words = new Set(wordsOf(viewOf(request).text));
    return scoredWords.some((other) => overlap(words, other) >= NEAR);
  };
  const rows = drawn.filter((row) => !isNear(row));
  return { rows, likeness: likenessOf(rows.map(({ request }) => viewOf(request).text)) };
}

/** Words in both by words in either. @example overlap(new Set(['a', 'b']), new Set(['b'])) // => 0.5 */
export function overlap(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let both = 0;
  for (const word of a) if (b.has(word)) both++;
  return both / Math.max(1, a.size + b.size - both);
}

function isShort({ request }: DatasetRow): boolean {
  const { text, earlier, nonText } = viewOf(request);
  return earlier.length === 0 && !nonText && text.trim() !== '' && text.length <= LONGEST_TEXT && !text.includes('\n');
}

/** One row of each label, then a second of each, and so on. */
export function inTurns(rows: readonly DatasetRow[], axes: readonly string[], count: number): DatasetRow[] {
  const byLabel = new Map<string, DatasetRow[]>();
  for (const row of rows) {
    const key = labelKey(row, axes);
    byLabel.set(key, [...(byLabel.get(key) ?? []), row]);
  }
  const taken: DatasetRow[] = [];
  for (let turn = 0; taken.length < Math.min(count, rows.length); turn++) {
    for (const group of byLabel.values()) {
      const row = group[turn];
      if (row !== undefined && taken.length < count) taken.push(row);
    }
  }
  return taken;
}

export const shotOf = ({ request, gold }: DatasetRow): Shot => ({ text: viewOf(request).text, label: gold });

/**
 * Pool rows by how much they would teach beside the shots chosen already: they belong to a dear confusion, carry values nobody shows yet,
 * and are unlike what is there.
 */
export function rankShots(pool: ShotPool, groups: readonly ConfusionGroup[], chosen: readonly Shot[]): DatasetRow[] {
  const total = groups.reduce((sum, { cost }) => sum + cost, 0) || 1;
  const wrong = new Set(groups.flatMap(({ errors }) => errors.map(({ row }) => row.id)));
  const texts = new Set(chosen.map(({ text }) => text));
  const there = pool.rows.flatMap((row, index) => (texts.has(shotOf(row).text) ? [index] : []));
  const scored = pool.rows.flatMap((row, index) => {
    if (there.includes(index)) return [];
    const teaches = groups.reduce(
      (sum, { axis, gold, said, cost }) => sum + (row.gold[axis] === gold ? cost : row.gold[axis] === said ? cost / 2 : 0),
      0,
    );
    const values = Object.entries(row.gold);
    const fresh = values.filter(([axis, value]) => chosen.every(({ label }) => label[axis] !== value)).length / Math.max(1, values.length);
    const alike = Math.max(0, ...there.map((other) => pool.likeness.between(index, other)));
    return [{ row, score: teaches / total + (wrong.has(row.id) ? 0.5 : 0) + fresh / 2 + (1 - alike) / 2 }];
  });
  return scored.sort((a, b) => b.score - a.score || (a.row.id < b.row.id ? -1 : 1)).map(({ row }) => row);
}

/** A change to the list of few-shots. */
export type Move = { what: string; shots: Shot[] };

/** Greedy changes in the order to try them: the best new shot added or put in the place of an old one, then the next best. */
export function* growingMoves(current: readonly Shot[], ranked: readonly DatasetRow[]): Generator<Move> {
  for (const row of ranked) {
    const added = shotOf(row);
    if (current.length < MOST_SHOTS) yield { what: `few-shot ${row.id} added`, shots: [...current, added] };
    for (const at of current.keys()) yield { what: `few-shot ${at + 1} gives way to ${row.id}`, shots: current.toSpliced(at, 1, added) };
  }
}

/** One few-shot less, each in turn. */
export function droppingMoves(current: readonly Shot[]): Move[] {
  return current.map((_, at) => ({ what: `few-shot ${at + 1} left out`, shots: current.toSpliced(at, 1) }));
}

/** The shots in an order that follows from what they are and from nothing else, so that no lucky order is picked. */
export function inFixedOrder(shots: readonly Shot[]): Shot[] {
  const sorted = shots.toSorted((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0));
  let seed = 7;
  for (const { text } of sorted) for (let at = 0; at < text.length; at++) seed = Math.imul(seed ^ text.charCodeAt(at), 0x01000193);
  return shuffled(sorted, seededRandom(seed));
}
