import type { Answerer, Reply } from '../../core/answerer.ts';
import { isRouterError } from '../../core/errors.ts';
import { shortHash } from '../load.ts';
import { plainText } from '../report/format.ts';
import { type Cell, STOPPED } from './cell.ts';
import type { Outages } from './outages.ts';
import type { Task } from './plan.ts';
import type { Graded } from './rows.ts';

export type AskOptions = {
  /** The model at its pace. */
  answerer: Answerer;
  maxOutputTokens: number;
  keepAnswers: boolean;
  outages: Outages;
  now: () => number;
  /** Nothing sets out after this fires. */
  signal: AbortSignal;
  /** Ends what is under way. */
  late: AbortSignal;
};

/** One task carried out: the cell as it is logged, or null when the user stopped it. Never rejects for what a provider or a grader does. */
export async function carryOut(task: Task, options: AskOptions): Promise<Cell | null> {
  const { signal, late, outages } = options;
  if (signal.aborted) return null;
  const { id } = options.answerer;
  const down = task.kept === null ? outages.downWith(id) : null;
  if (down !== null) return { ...emptyCell(task, options.now), state: 'provider_error', why: down };
  const asked = task.kept === null ? await askModel(task, options) : task.kept;
  if (asked === null || asked.state === 'provider_error') return asked;
  const graded = await task.row.gradeAnswer(asked.text ?? '', late);
  const cell = gradedCell(task, asked, graded, options);
  // A judge cut short by the user has not spoken: the cell is asked again, and what it cost is not forgotten.
  return late.aborted && cell.state === 'ungraded' ? stoppedCell(task, (cell.usd ?? 0) + (cell.judge?.usd ?? 0), options) : cell;
}

const DETAIL_CHARACTERS = 200;

/** The answer as a cell not yet graded; its text is still in it. */
async function askModel(task: Task, { answerer, maxOutputTokens, outages, now, signal, late }: AskOptions): Promise<Cell | null> {
  const cell = emptyCell(task, now);
  try {
    const reply = await answerer.ask(task.row.request, { maxOutputTokens, signal: late });
    outages.answered(answerer.id);
    return { ...cell, ...answerOf(reply) };
  } catch (error) {
    if (!isRouterError(error)) throw error;
    if (signal.aborted) return error.spentUsd ? stoppedCell(task, error.spentUsd, { now }) : null;
    outages.failed(answerer.id, error.code);
    const usd = error.spentUsd === undefined ? 0 : error.spentUsd;
    return { ...cell, state: 'provider_error', why: error.code, detail: plainText(error.message, DETAIL_CHARACTERS), usd };
  }
}

function answerOf({ text, finish, model, tokens, usd, ms }: Reply): Partial<Cell> {
  return { text, answer: shortHash(text), characters: text.length, finish, resolved: model, tokens, usd, ms: Math.round(ms) };
}

function gradedCell(task: Task, asked: Cell, { grade, judged }: Graded, { keepAnswers, now }: AskOptions): Cell {
  const { text, ...rest } = asked;
  const fresh: Pick<Cell, 'state' | 'quality' | 'why'> =
    grade.kind === 'graded' ? { state: 'ok', quality: grade.score, why: null } : { state: 'ungraded', quality: null, why: grade.why };
  const { judge } = task.row;
  return {
    ...rest,
    ...fresh,
    grader: task.row.grader,
    // What the answer cost was booked with the line that brought it.
    usd: task.kept === null ? rest.usd : 0,
    judge: judged === null || judge === null ? null : { ...judged, model: judge.answerer.id },
    at: new Date(now()).toISOString(),
    ...((keepAnswers || task.kept !== null) && text !== undefined ? { text } : {}),
  };
}

function stoppedCell(task: Task, usd: number, { now }: Pick<AskOptions, 'now'>): Cell {
  return { ...emptyCell(task, now), state: 'provider_error', why: STOPPED, usd };
}

function emptyCell({ row, answerer, repeat, requestHash }: Task, now: () => number): Cell {
  const nothing = {
    quality: null,
    why: null,
    answer: null,
    characters: null,
    finish: null,
    resolved: null,
    tokens: null,
    usd: 0,
    ms: null,
    judge: null,
  };
  const { id, grader } = row;
  return { id, model: answerer.id, repeat, state: 'ok', request: requestHash, grader, ...nothing, at: new Date(now()).toISOString() };
}
