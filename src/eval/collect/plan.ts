import type { Answerer } from '../../core/answerer.ts';
import { canonicalJson } from '../../core/canonical.ts';
import { RouterError } from '../../core/errors.ts';
import { shortHash } from '../load.ts';
import { plainText } from '../report/format.ts';
import { type Cell, cellKey, STOPPED } from './cell.ts';
import { addDollars, answerCost, type CostBasis, type Dollars, judgeCost, limitOf, NO_DOLLARS } from './estimate.ts';
import type { CollectRow } from './rows.ts';

/** One answer to get, or one that is there and is graded anew. */
export type Task = {
  row: CollectRow;
  answerer: Answerer;
  repeat: number;
  requestHash: string;
  /** The kept answer, when only the grade is wanted. */
  kept: Cell | null;
  answer: Dollars;
  judge: Dollars;
};

export type Plan = {
  /** Tasks of one prompt each, in the order of the prompts, so that money that runs out leaves whole prompts behind. */
  prompts: Task[][];
  tasks: number;
  /** Cells that are done. */
  done: Cell[];
  /** Every cell there will be. */
  cells: number;
};

export type PlanOptions = { repeat: number; retryErrors: boolean; basis: CostBasis };

/**
 * What is still to be asked or graded.
 *
 * @throws RouterError `eval.invalid` when cells in the log were asked or graded otherwise than now
 */
export function planOf(
  rows: readonly CollectRow[],
  answerers: readonly Answerer[],
  known: ReadonlyMap<string, Cell>,
  options: PlanOptions,
  where: string,
): Plan {
  const done: Cell[] = [];
  const changed: Changed[] = [];
  const prompts = rows.map((row) => {
    const requestHash = hashOf(row, options.basis.maxOutputTokens);
    const slots = Array.from({ length: options.repeat }, (_, repeat) => answerers.map((answerer) => ({ answerer, repeat }))).flat();
    return slots.flatMap(({ answerer, repeat }): Task[] => {
      const cell = known.get(cellKey({ id: row.id, model: answerer.id, repeat }));
      const next = cell === undefined ? 'ask' : nextOf(cell, row, requestHash, options.retryErrors);
      if (cell !== undefined && next === 'done') done.push(cell);
      if (cell !== undefined && typeof next === 'object') changed.push(next);
      if (next !== 'ask' && next !== 'grade') return [];
      const answer = next === 'ask' ? answerCost(answerer, row.request, options.basis) : NO_DOLLARS;
      const judge = row.judge === null ? NO_DOLLARS : judgeCost(row.judge, row.request, row.reference, options.basis);
      return [{ row, answerer, repeat, requestHash, kept: next === 'grade' ? (cell ?? null) : null, answer, judge }];
    });
  });
  if (changed.length > 0) throw refusal(changed, where);
  const whole = prompts.filter((tasks) => tasks.length > 0);
  return {
    prompts: whole,
    tasks: whole.reduce((sum, { length }) => sum + length, 0),
    done,
    cells: rows.length * answerers.length * options.repeat,
  };
}

/** The id of a row is no part of what is asked. */
function hashOf({ request: { id: _, ...request } }: CollectRow, maxOutputTokens: number): string {
  return shortHash(canonicalJson({ request, limit: limitOf(request, maxOutputTokens) }));
}

type Changed = { cell: Cell; what: 'request' | 'grader'; now: string };

function nextOf(cell: Cell, row: CollectRow, requestHash: string, retryErrors: boolean): 'done' | 'ask' | 'grade' | Changed {
  if (cell.state === 'provider_error') return retryErrors || cell.why === STOPPED || cell.request !== requestHash ? 'ask' : 'done';
  if (cell.request !== requestHash) return { cell, what: 'request', now: requestHash };
  const kept = cell.text !== undefined;
  if (cell.grader !== row.grader) return kept ? 'grade' : { cell, what: 'grader', now: row.grader };
  if (cell.state === 'ok' || !retryErrors) return 'done';
  return kept ? 'grade' : 'ask';
}

function refusal(changed: readonly Changed[], where: string): RouterError {
  const lines = changed
    .slice(0, 5)
    .map(({ cell, what, now }) => `  ${plainText(cell.id)} at ${cell.model}: ${what} was ${cell[what]}, is ${now}`);
  const more = changed.length > 5 ? [`  … and ${changed.length - 5} more`] : [];
  const graders = changed.every(({ what }) => what === 'grader');
  const advice = graders
    ? 'give another --out; answers collected with --keep-answers are graded anew by themselves'
    : 'put the prompt or the output limit back, or give another --out';
  return new RouterError(
    'eval.invalid',
    [`${changed.length} answer(s) in the log were collected otherwise:`, ...lines, ...more].join('\n'),
    {
      where,
      advice,
    },
  );
}

/** Dollars of a plan by role. */
export function planCost({ prompts }: Pick<Plan, 'prompts'>): { candidates: Map<string, Dollars>; judge: Dollars } {
  const candidates = new Map<string, Dollars>();
  let judge = NO_DOLLARS;
  for (const task of prompts.flat()) {
    candidates.set(task.answerer.id, addDollars(candidates.get(task.answerer.id) ?? NO_DOLLARS, task.answer));
    judge = addDollars(judge, task.judge);
  }
  return { candidates, judge };
}
