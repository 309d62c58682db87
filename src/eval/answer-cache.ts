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

/** `said` is what the model said, where that is known apart from the label; null when it was not asked. */
type Raw = { label: AnyLabel; source: LabelSource; said?: unknown };

/**
 * A classifier that remembers its answers: same request, classifier, version and repeat, same answer, no call.
 * What is remembered is uncalibrated; a calibration is applied to what is recalled, so that a new one costs nothing.
 * A remembered answer keeps what it cost and took when it was given (the report needs list cost) and is marked `cached`.
 */
export function cachedAnswers(classifier: EvalClassifier, store: AnswerStore, options: RememberOptions): EvalClassifier {
  if (store.mode === 'off') return classifier;
  const { clock, repeat = 0, basis = {} } = options;
  const who = { classifier: classifier.kind ?? classifier.name, version: classifier.spoken?.version ?? classifier.version ?? '', ...basis };
  const calibrate = classifier.spoken?.calibrate ?? null;
  const usable = calibrate === null ? {} : { usable: (raw: unknown) => (raw as Raw).said !== undefined };
  // The id is no part of the question: the same text asked twice is the same question.
  const questions = new WeakMap<RouteRequest, Question>();
  const question = (request: RouteRequest): Question => {
    const { id: _, ...what } = request;
    const asked = questions.get(request) ?? { who, what, repeat, ...usable };
    questions.set(request, asked);
    return asked;
  };
  const read = async ({ label, source, said }: Raw, request: RouteRequest) => {
    if (calibrate === null || said == null) return { label, flags: source.flags };
    const calibrated = await calibrate(request, said);
    return { label: calibrated.label, flags: calibrated.source.flags };
  };
  const classify: EvalClassifier['classify'] = async (request, signal): Promise<Answered> => {
    const answer = await store.ask(question(request), () => ask(classifier, request, clock, signal), `row ${request.id ?? ''}`);
    const { raw, latencyMs, cached } = answer;
    const { label, flags } = await read(raw, request);
    return { label, source: { ...raw.source, flags, cached }, latencyMs };
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
  const { label, source, ...more } = await (classifier.spoken?.ask ?? classifier.classify)(request, signal);
  const said = 'said' in more ? { said: more.said } : {};
  const latencyMs = clock.monotonic() - started;
  return { raw: { label, source, ...said }, model: source.answeredBy ?? source.model, usage: source.usage, usd: source.usd, latencyMs };
}
