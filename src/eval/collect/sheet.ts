import { seededRandom, shuffled } from '../../core/random.ts';
import { safeCell } from '../report/csv.ts';
import { type Cell, gradingKey } from './cell.ts';
import { ENOUGH_HUMAN } from './correction.ts';
import type { CollectRow } from './rows.ts';

/** A few more than are needed: people skip some. */
const SHEET_ROWS = ENOUGH_HUMAN + 20;

/**
 * A seeded draw of judged answers for people to grade, with an empty column `human`: pass or fail.
 *
 * @returns null when no answer was kept, for nobody can grade what is not there
 */
export function gradingSheet(rows: readonly CollectRow[], judged: readonly Cell[], seed: number): string | null {
  const kept = judged.filter(({ text }) => text !== undefined);
  if (kept.length === 0) return null;
  const byId = new Map(rows.map((row) => [row.id, row]));
  const lines = shuffled(kept, seededRandom(seed))
    .slice(0, SHEET_ROWS)
    .map((cell) => {
      const row = byId.get(cell.id);
      return [gradingKey(cell), safeCell(row?.prompt ?? ''), safeCell(row?.reference ?? ''), safeCell(cell.text ?? ''), ''].join(',');
    });
  return `${['key,prompt,reference,answer,human', ...lines].join('\n')}\n`;
}
