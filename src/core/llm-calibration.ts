import { z } from 'zod';

/** What the probabilities of a model's label rest on: its token log-probabilities, agreement over k samples, or nothing but a stated prior. */
export type Evidence = 'logprobs' | 'stated' | `samples:${number}`;

const share = z.number().min(0).max(1);
/** How far stated confidence was off on rows the temperature was not fitted on; `ace` over five bins of equal count. */
const Fit = z.strictObject({ ace: share, brier: share });

/** One axis: p′ = least + (1 − values · least) · softmax(ln p / temperature). Temperature 1 leaves the odds as they are. */
export const AxisCalibration = z.strictObject({
  rows: z.int().min(1),
  temperature: z.number().min(0.05).max(20),
  /** What every value keeps: nothing is surer than the rows it was calibrated on can tell. */
  least: z.number().min(0).max(0.05),
  before: Fit,
  after: Fit,
});
export type AxisCalibration = z.infer<typeof AxisCalibration>;

/** Fitted for one model, one prompt and one kind of evidence; it counts for nothing else. */
export const LlmCalibration = z.strictObject({
  model: z.string().min(1),
  promptHash: z.string().min(1),
  evidence: z.custom<Evidence>((value) => typeof value === 'string' && /^(logprobs|stated|samples:\d{1,2})$/.test(value), {
    error: 'expected logprobs, stated or samples:K',
  }),
  /** The labelled rows it was fitted on. */
  data: z.strictObject({ name: z.string(), hash: z.string() }),
  axes: z.record(z.string(), AxisCalibration),
});
export type LlmCalibration = z.infer<typeof LlmCalibration>;

/** The file `pointsman calibrate` writes and `llm: { calibration }` reads. */
export const LlmCalibrations = z.strictObject({ schemaVersion: z.literal(1), calibrations: z.array(LlmCalibration).min(1) });
export type LlmCalibrations = z.infer<typeof LlmCalibrations>;

/** Below this a probability is taken for rounding: no logarithm of 0. */
const TINY = 1e-6;

/** The logarithms a temperature is fitted on and applied to. */
export const logOf = (probability: number): number => Math.log(Math.max(TINY, probability));

/**
 * Probabilities at a temperature; the order of the values stays as it was. Source: Guo et al. 2017, arXiv:1706.04599.
 *
 * @example calibratedProbabilities({ low: 0.9, high: 0.1 }, { temperature: 2, least: 0 }).low // => 0.75
 */
export function calibratedProbabilities<V extends string>(
  probabilities: Readonly<Record<V, number>>,
  { temperature, least }: Pick<AxisCalibration, 'temperature' | 'least'>,
): Record<V, number> {
  const values = Object.keys(probabilities) as V[];
  const raised = values.map((value) => Math.exp(logOf(probabilities[value]) / temperature));
  const sum = raised.reduce((total, each) => total + each, 0);
  const kept = Math.min(least, 1 / values.length);
  return Object.fromEntries(values.map((value, at) => [value, kept + (1 - kept * values.length) * ((raised[at] ?? 0) / sum)])) as Record<
    V,
    number
  >;
}
