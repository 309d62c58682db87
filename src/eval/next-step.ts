import type { ServedRow } from './served.ts';
import { isAnswered } from './validity.ts';

/** The largest group of remaining errors: one wrong value where another is right. */
export type ErrorGroup = {
  axis: string;
  gold: string;
  /** What was said instead; null for answers that could not be read. */
  said: string | null;
  rows: number;
  /** All rows with an error. */
  errors: number;
  /** The slice that these rows stand out in, and how many of them are in it; null when none does. */
  slice: { name: string; rows: number } | null;
  /** A few of them to look at. */
  ids: string[];
};

/** Rows of a group that a slice must hold before it is named. */
const FEWEST = 3;
const SHOWN = 3;

/** Where the next edit would help most; null when nothing is wrong. */
export function largestErrorGroup(served: readonly ServedRow[]): ErrorGroup | null {
  const groups = new Map<string, ServedRow[]>();
  const wrong = served.filter(isWrong);
  for (const row of wrong) {
    for (const [axis, gold] of Object.entries(row.gold)) {
      const said = row.label[axis]?.value ?? null;
      if (said === gold) continue;
      const key = JSON.stringify([axis, gold, said]);
      groups.set(key, [...(groups.get(key) ?? []), row]);
    }
  }
  const [key, rows = []] = [...groups].sort(([, a], [, b]) => b.length - a.length)[0] ?? [];
  if (key === undefined) return null;
  const [axis, gold, said] = JSON.parse(key) as [string, string, string | null];
  return {
    axis,
    gold,
    said,
    rows: rows.length,
    errors: wrong.length,
    slice: standingOut(rows, served.filter(isAnswered)),
    ids: rows.slice(0, SHOWN).map(({ id }) => id),
  };
}

/** Rows that count and are not right on every axis. */
export function isWrong({ state, gold, label }: ServedRow): boolean {
  return isAnswered({ state }) && Object.entries(gold).some(([axis, value]) => label[axis]?.value !== value);
}

/** The slice that holds a far larger share of these rows than of all. */
function standingOut(rows: readonly ServedRow[], all: readonly ServedRow[]): ErrorGroup['slice'] {
  const names = [...new Set(rows.flatMap(({ slices }) => slices))];
  const count = (of: readonly ServedRow[], name: string) => of.filter(({ slices }) => slices.includes(name)).length;
  const scored = names.flatMap((name) => {
    const here = count(rows, name);
    const excess = here / rows.length - count(all, name) / all.length;
    return here < FEWEST || excess < 0.2 ? [] : [{ name, rows: here, excess }];
  });
  const [best] = scored.sort((a, b) => b.excess - a.excess);
  return best === undefined ? null : { name: best.name, rows: best.rows };
}
