import type { TokenUsage } from '../../core/label.ts';
import { shortHash } from '../load.ts';
import { sealed, unsealed } from '../sealed-lines.ts';
import type { Judged } from './judge.ts';

/** What became of one request at one model: answered and graded, answered but not to be graded, lost to the provider, never asked for want of money. */
export type CellState = 'ok' | 'ungraded' | 'provider_error' | 'skipped_budget';

/** One line of `cells.jsonl`. A later line on the same cell replaces an earlier one. */
export type Cell = {
  id: string;
  model: string;
  /** 0 for the first answer, 1 for the second, … */
  repeat: number;
  state: CellState;
  /** 0..1; null unless the state is `ok`. */
  quality: number | null;
  /** Why there is no quality: what the grader said, or the error's code. */
  why: string | null;
  /** The provider's error in words, short. */
  detail?: string;
  /** Hash of what was asked, and of the grader with all it rests on. */
  request: string;
  grader: string;
  /** Hash of the answer, and its length in characters; the answer itself only when asked for. */
  answer: string | null;
  characters: number | null;
  text?: string;
  finish: string | null;
  /** The model that says it answered. */
  resolved: string | null;
  tokens: TokenUsage | null;
  /** Dollars of the answer, null when unknown; the judge's are its own. */
  usd: number | null;
  ms: number | null;
  judge: (Judged & { model: string }) | null;
  at: string;
};

/** Why of a cell that the user stopped in the midst of: it is asked again, and what it cost counts. */
export const STOPPED = 'run.aborted';

export const cellKey = ({ id, model, repeat }: Pick<Cell, 'id' | 'model' | 'repeat'>): string => JSON.stringify([id, model, repeat]);

/** What an answer is known by to people who grade it: it tells neither model nor grade. */
export const gradingKey = (cell: Pick<Cell, 'id' | 'model' | 'repeat'>): string => shortHash(cellKey(cell));

export const encodeCell = (cell: Cell): string => sealed({ v: 1, ...cell });

/** The cell of a line, or null when the line is torn or altered. */
export function decodeCell(line: string): Cell | null {
  const read = unsealed(line);
  if (read === null) return null;
  const { v: _, ...cell } = read as Cell & { v: number };
  return cell;
}
