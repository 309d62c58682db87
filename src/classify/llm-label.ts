import { z } from 'zod';
import type { ChatCompletion } from '../core/completion.ts';
import type { ProviderAnswer } from '../core/contracts.ts';
import { isRouterError, RouterError } from '../core/errors.ts';
import { type AxisLabel, axisLabel, type Classification, type LabelSource } from '../core/label.ts';
import { calibratedProbabilities, type Evidence, type LlmCalibration } from '../core/llm-calibration.ts';
import { type AxisDefinition, axesOf, axisValues, type Taxonomy } from '../core/taxonomy.ts';
import type { View } from '../core/view.ts';
import { type Answer, type AnsweredValue, badAnswer, parseAnswer } from './answer.ts';
import { axisFromLogprobs, type TokenLogprob } from './logprobs.ts';
import { mapAxes, onlyRises, raiseUnread } from './raise.ts';

/** Flag of a label that holds the stated prior confidence, since the endpoint gave no usable log-probabilities. */
export const UNCALIBRATED = 'uncalibrated-confidence';

/** Flag of a label whose confidence was calibrated on labelled rows. */
export const CALIBRATED = 'calibrated-confidence';
/** Flag that tells what a label's probabilities rest on. */
export const EVIDENCE_FLAG = 'confidence:';

/** One axis as a model answered it, before anything else has a say. */
export type ScoredAxis = { label: AxisLabel; evidence: Evidence };
export type Scored = Readonly<Record<string, ScoredAxis>>;

/** What the answer to one call is read with. */
export type Reading<T extends Taxonomy> = {
  taxonomy: T;
  boundary: string;
  source: LabelSource;
  priorConfidence: number;
};

/**
 * The axes in a model's answer, each with a probability for every value.
 *
 * @throws RouterError `classify.bad-answer` or `classify.refused`, with what the answer cost
 */
export function scoredAnswer<T extends Taxonomy>({ completion }: ProviderAnswer, reading: Reading<T>): Scored {
  const { content, answer } = answerOrThrow(completion, reading);
  const tokens = tokensOf(completion);
  return Object.fromEntries(
    axesOf(reading.taxonomy).map(([axis, definition]): [string, ScoredAxis] => {
      const answered = answer[axis] as AnsweredValue;
      const measured = tokens === null ? null : axisFromLogprobs(content, answered, axisValues(definition), tokens);
      if (measured !== null) return [axis, { label: measured, evidence: 'logprobs' }];
      return [axis, { label: priorAxis(definition, answered.value, reading.priorConfidence), evidence: 'stated' }];
    }),
  );
}

export type Finishing<T extends Taxonomy> = {
  taxonomy: T;
  view: View;
  source: LabelSource;
  unsureBelow: number;
  /** Fitted for this very model and prompt. */
  calibrations: readonly LlmCalibration[];
};

/** The label: calibrated where that was fitted, unsure below the threshold, raised for what was not read. */
export function finishLabel<T extends Taxonomy>(
  scored: Scored,
  { taxonomy, view, source, unsureBelow, calibrations }: Finishing<T>,
): Classification<T> {
  const flags = new Set(source.flags);
  const label = mapAxes(taxonomy, (definition, axis) => {
    const { label: raw, evidence } = scored[axis] as ScoredAxis;
    const fitted = calibrations.find((each) => each.evidence === evidence)?.axes[axis];
    flags.add(`${EVIDENCE_FLAG}${evidence}`);
    if (fitted !== undefined) flags.add(CALIBRATED);
    else if (evidence === 'stated') flags.add(UNCALIBRATED);
    const told = fitted === undefined ? raw : axisLabel(calibratedProbabilities(raw.probabilities, fitted));
    const doubtful = told.confidence < unsureBelow ? { ...told, unsure: 'low-confidence' as const } : told;
    return raiseUnread(definition, unreadUnsure(definition, doubtful, view), view);
  });
  return { label, source: { ...source, flags: [...flags] } };
}

/** An answer that cannot be used still cost its tokens. */
function answerOrThrow<T extends Taxonomy>(
  completion: ChatCompletion,
  { taxonomy, boundary, source }: Reading<T>,
): { content: string; answer: Answer } {
  try {
    const content = contentOf(completion);
    return { content, answer: parseAnswer(content, taxonomy, boundary) };
  } catch (error) {
    if (!isRouterError(error)) throw error;
    const { code, message, advice, retryable } = error;
    throw new RouterError(code, message, { advice, retryable, spentUsd: source.usd, cause: error.cause });
  }
}

function contentOf({ choices }: ChatCompletion): string {
  const [choice, ...more] = choices;
  if (choice === undefined || more.length > 0) throw badAnswer(`${choices.length} choices`);
  const { message, finish_reason } = choice;
  if (message.refusal || finish_reason === 'content_filter')
    throw new RouterError('classify.refused', 'expected a label, found a refusal', { advice: 'ask another model' });
  if ((message.tool_calls?.length ?? 0) > 0 || 'function_call' in message) throw badAnswer('a tool call');
  if (finish_reason === 'length') throw badAnswer('one cut off at the output limit; a reasoning model needs a larger `maxOutputTokens`');
  return message.content ?? '';
}

const Tokens = z.array(
  z.looseObject({
    token: z.string(),
    logprob: z.number(),
    top_logprobs: z.array(z.looseObject({ token: z.string(), logprob: z.number() })).optional(),
  }),
);

function tokensOf({ choices }: ChatCompletion): TokenLogprob[] | null {
  const parsed = Tokens.safeParse(choices[0]?.logprobs?.content);
  return parsed.success && parsed.data.length > 0 ? (parsed.data as TokenLogprob[]) : null;
}

/** The stated prior on the chosen value, the rest shared evenly. */
function priorAxis(definition: AxisDefinition, chosen: string, confidence: number): AxisLabel {
  const values = axisValues(definition);
  const rest = (1 - confidence) / (values.length - 1);
  return axisLabel(Object.fromEntries(values.map((value) => [value, value === chosen ? confidence : rest])));
}

/** The model is shown the last turns only; risk that may sit in tool results or older turns was not judged. */
function unreadUnsure(definition: AxisDefinition, label: AxisLabel, view: View): AxisLabel {
  if (!onlyRises(definition) || label.value === axisValues(definition).at(-1)) return label;
  const shown = new Set([view.latest, ...view.earlier]);
  return view.untrusted.every((text) => shown.has(text)) ? label : { ...label, unsure: label.unsure ?? 'beyond-limit' };
}
