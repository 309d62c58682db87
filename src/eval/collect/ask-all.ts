import { setMaxListeners } from 'node:events';
import { linkSignals } from '../../core/abort.ts';
import type { Answerer } from '../../core/answerer.ts';
import { drainedAfter } from '../predict.ts';
import { Purse } from '../purse.ts';
import { type AskOptions, carryOut } from './ask.ts';
import type { Cell } from './cell.ts';
import { type CollectLog, spentOf } from './log.ts';
import { COLLECT_DEFAULTS, type CollectOptions, type CollectParts } from './options.ts';
import { watchOutages } from './outages.ts';
import { paced } from './paced.ts';
import type { Plan, Task } from './plan.ts';

/** What was left unasked, for want of money or because the user stopped it. */
export type AskedAll = { skipped: { id: string; model: string }[] };

/**
 * Carries out a plan prompt by prompt: the money for a whole prompt, judge included, is set aside before any of its models is asked.
 * Every model has its own pace, so that a slow one holds up the others only at the end.
 */
export async function askEverything(plan: Plan, log: CollectLog, options: CollectOptions, parts: CollectParts): Promise<AskedAll> {
  const purse = new Purse(options.maxUsd ?? Number.POSITIVE_INFINITY, spentOf(log.all));
  const stop = new AbortController();
  const finished = new AbortController();
  const { signal, release } = linkSignals([options.signal, stop.signal]);
  // Calls under way when the user interrupts are paid for: they may bring their answers home. A log that cannot be written waits for nobody.
  const late = linkSignals([drainedAfter(given({ signal: options.signal, sleep: parts.sleep }), finished.signal), stop.signal]);
  // As many calls listen as are in flight, on purpose.
  setMaxListeners(0, signal, late.signal);
  const desk = deskOf(plan, purse, { signal, late: late.signal }, log, options, parts);
  const { default: pLimit } = await import('p-limit');
  const limit = pLimit(options.jobs ?? COLLECT_DEFAULTS.jobs);
  const work = plan.prompts.map((tasks) => limit(() => promptDone(tasks, desk)));
  try {
    return { skipped: (await Promise.all(work)).flat() };
  } catch (error) {
    // A log that cannot be written ends the run: what is under way is stopped, what waits never begins.
    stop.abort();
    limit.clearQueue();
    throw error;
  } finally {
    finished.abort();
    release();
    late.release();
  }
}

type Signals = Pick<AskOptions, 'signal' | 'late'>;

type Desk = {
  purse: Purse;
  /** Set once money was refused: later and cheaper prompts would make an unfair sample. */
  closed: boolean;
  log: CollectLog;
  signal: AbortSignal;
  optionsFor(task: Task): AskOptions;
  done(): void;
};

function deskOf(plan: Plan, purse: Purse, signals: Signals, log: CollectLog, options: CollectOptions, parts: CollectParts): Desk {
  const { signal } = signals;
  const { jobs, retries, maxOutputTokens } = { ...COLLECT_DEFAULTS, ...given(options) };
  const each = Math.max(1, Math.ceil(jobs / parts.answerers.length));
  const asked = new Map(
    parts.answerers.map((answerer): [string, Answerer] => [answerer.id, paced(answerer, { jobs: each, retries, signal }, parts)]),
  );
  const shared = { maxOutputTokens, keepAnswers: options.keepAnswers ?? false, outages: watchOutages(), now: parts.clock.now, ...signals };
  let finished = 0;
  return {
    purse,
    closed: false,
    log,
    signal,
    optionsFor: ({ answerer }) => ({ ...shared, answerer: asked.get(answerer.id) ?? answerer }),
    done: () => parts.progress?.(++finished, plan.tasks, 'answers'),
  };
}

/** What is given, without what is not. */
const given = <T extends object>(options: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: Exclude<T[K], undefined> };

async function promptDone(tasks: readonly Task[], desk: Desk): Promise<AskedAll['skipped']> {
  const total = tasks.reduce((sum, task) => sum + worstOf(task), 0);
  const unasked = tasks.map(({ row, answerer }) => ({ id: row.id, model: answerer.id }));
  if (desk.signal.aborted || desk.closed) return unasked;
  if (!(await desk.purse.reserve(total))) {
    desk.closed = true;
    return unasked;
  }
  const asked = await Promise.all(tasks.map((task) => taskDone(task, desk)));
  return unasked.filter((_, at) => !asked[at]);
}

/** A price that is not known is that of a machine of one's own. */
const worstOf = ({ answer, judge }: Task): number => (answer.worst ?? 0) + (judge.worst ?? 0);

/** Whether it came to anything. */
async function taskDone(task: Task, { purse, log, optionsFor, done }: Desk): Promise<boolean> {
  let cell: Cell | null = null;
  try {
    cell = await carryOut(task, optionsFor(task));
    if (cell !== null) log.add(cell);
    done();
    return cell !== null;
  } finally {
    purse.settle(worstOf(task), cell === null ? 0 : spentOn(cell, task));
  }
}

/** What is not known is booked at its worst. */
function spentOn({ usd, judge, state }: Cell, task: Task): number {
  const answer = usd ?? task.answer.worst ?? 0;
  if (state === 'provider_error' || judge === null) return answer;
  return answer + (judge.usd ?? task.judge.worst ?? 0);
}
