import type { Clock } from '../core/contracts.ts';
import type { AnyLabel, LabelSource } from '../core/label.ts';
import type { RouteRequest } from '../core/request.ts';
import type { Answer, AnswerStore, Question } from './answer-store.ts';
import type { Answered, EvalClassifier, PaidCalls } from './parts.ts';
import { FREE, rangeOf } from './spend.ts';

export type RememberOptions = {
  clock: Clock;
  /** Which of several answers to the same request. @default 0 */
  repeat?: number;
  /** What answers rest on beside the classifier's own version: taxonomy, release of the program. */
  basis?: Readonly<Record<string, unknown>>;
};

type Raw = { label: AnyLabel; source: LabelSource };

/**
 * A classifier that remembers its answers: same request, classifier, version and repeat, same answer, no call.
 * A remembered answer keeps what it cost and took when it was given (the report needs list cost) and is marked `cached`.
 */
export function cachedAnswers(classifier: EvalClassifier, store: AnswerStore, options: RememberOptions): EvalClassifier {
  if (store.mode === 'off') return classifier;
  const { clock, repeat = 0, basis = {} } = options;
  const who = { classifier: classifier.kind ?? classifier.name, version: classifier.version ?? '', ...basis };
  // The id is no part of the question: the same text asked twice is the same question.
  const questions = new WeakMap<RouteRequest, Question>();
  const question = (request: RouteRequest): Question => {
    const { id: _, ...what } = request;
    const asked = questions.get(request) ?? { who, what, repeat };
    questions.set(request, asked);
    return asked;
  };
  const classify: EvalClassifier['classify'] = async (request, signal): Promise<Answered> => {
    const answer = await store.ask(question(request), () => ask(classifier, request, clock, signal), `row ${request.id ?? ''}`);
    const { raw, latencyMs, cached } = answer;
    return { label: raw.label, source: { ...raw.source, cached }, latencyMs };
  };
  const remembered = (request: RouteRequest) => store.has(question(request));
  return { ...classifier, ...(classifier.paid === undefined ? {} : { paid: paidForNew(classifier.paid, remembered) }), classify };
}

/** A remembered answer needs no money put aside. */
function paidForNew(paid: PaidCalls, remembered: (request: RouteRequest) => boolean): PaidCalls {
  return {
    ...paid,
    estimateUsd: (request) => (remembered(request) ? 0 : paid.estimateUsd(request)),
    rangeUsd: (request) => (remembered(request) ? FREE : rangeOf(paid, request)),
    isRemembered: remembered,
  };
}

async function ask(classifier: EvalClassifier, request: RouteRequest, clock: Clock, signal?: AbortSignal): Promise<Answer<Raw>> {
  const started = clock.monotonic();
  const { label, source } = await classifier.classify(request, signal);
  const latencyMs = clock.monotonic() - started;
  return { raw: { label, source }, model: source.answeredBy ?? source.model, usage: source.usage, usd: source.usd, latencyMs };
}
