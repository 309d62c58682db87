import type { ReadyPolicy } from '../core/policy.ts';
import { toRequest } from '../core/request.ts';
import { decide } from '../decide/decide.ts';
import { clusteredMean } from '../eval/metrics/clustered.ts';
import { isGap } from '../eval/metrics/gap.ts';
import type { OutcomeTable } from '../eval/table/table.ts';
import type { FitReaders } from './fit-data.ts';
import { points } from './fit-guard.ts';

/** What answers were worth by feedback, beside what the policy expected of them. Differences 0..1; null below thirty answers. */
export type Delivery = {
  rows: number;
  delivered: number;
  promised: number;
  gap: { mean: number; low: number; high: number } | null;
};

export type FeedbackCheck = {
  policy: string;
  models: (Delivery & { model: string })[];
  all: Delivery;
  /** Answers by models the policy does not have, or would not let answer. */
  unusable: number;
  /** False when what was delivered is below what was promised by more than a point for sure. */
  kept: boolean;
  text: string;
};

const LEAST_ROWS = 30;
const MARGIN = 0.01;

type Answer = { model: string; cluster: string; delivered: number; promised: number };

/**
 * Checks a fitted policy against feedback. Feedback knows one model a request, the one that was chosen: it can tell that a policy no longer
 * delivers what it promised, never that another model would have done better.
 *
 * @param tables one for each model that has feedback, its only model
 */
export async function checkFeedback(tables: readonly OutcomeTable[], policy: ReadyPolicy, readers: FitReaders): Promise<FeedbackCheck> {
  const answers: Answer[] = [];
  let unusable = 0;
  for (const {
    models: [own],
    prompts,
    fingerprints,
  } of tables) {
    const model = modelOf(own?.name ?? '', policy);
    for (const [row, prompt] of prompts.entries()) {
      const promised = model === null ? null : await promiseOf(prompt, model, policy, readers);
      if (model === null || promised === null) unusable += 1;
      else answers.push({ model, cluster: fingerprints[row] as string, delivered: own?.quality[row] as number, promised });
    }
  }
  const names = [...new Set(answers.map(({ model }) => model))].sort();
  const all = promiseKept(answers);
  const kept = all.gap === null || all.gap.high >= -MARGIN;
  return {
    policy: policy.name,
    models: names.map((model) => ({ model, ...promiseKept(answers.filter((answer) => answer.model === model)) })),
    all,
    unusable,
    kept,
    text: textOf(all, kept),
  };
}

/** By id, or by the name it had in the table that was fitted on. */
function modelOf(name: string, { models, fitted }: ReadyPolicy): string | null {
  if (models.has(name)) return name;
  const told = fitted?.models.find((model) => model.name === name)?.id;
  return told !== undefined && models.has(told) ? told : null;
}

async function promiseOf(prompt: string, model: string, policy: ReadyPolicy, readers: FitReaders): Promise<number | null> {
  const request = toRequest(prompt);
  const label = await readers.classify(request);
  const scores = policy.read === undefined ? {} : { scores: policy.read(request) };
  const decision = decide({ label, facts: readers.factsOf(request), overrides: { model }, ...scores }, policy);
  return decision.kind === 'refused' ? null : decision.estimate.quality;
}

function promiseKept(answers: readonly Answer[]): Delivery {
  const mean = (of: (answer: Answer) => number) => answers.reduce((sum, answer) => sum + of(answer), 0) / Math.max(1, answers.length);
  const gap = clusteredMean(
    answers.map(({ delivered, promised }) => delivered - promised),
    answers.map(({ cluster }) => cluster),
  );
  const known = answers.length < LEAST_ROWS || isGap(gap) ? null : { mean: gap.mean, low: gap.interval.low, high: gap.interval.high };
  return { rows: answers.length, delivered: mean(({ delivered }) => delivered), promised: mean(({ promised }) => promised), gap: known };
}

function textOf({ rows, delivered, promised, gap }: Delivery, kept: boolean): string {
  const figures = `delivered ${delivered.toFixed(3)}, promised ${promised.toFixed(3)} on ${rows.toLocaleString('en')} answers`;
  if (gap === null) return `cannot tell: ${figures}; bring at least ${LEAST_ROWS}`;
  const found = `${figures}, ${points(gap.mean)} points (${points(gap.low)} to ${points(gap.high)})`;
  return kept ? `kept: ${found}` : `not kept: ${found}; ask the other models the same requests, and fit again`;
}
