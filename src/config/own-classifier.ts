import { z } from 'zod';
import { settledBy } from '../core/abort.ts';
import type { Classifier } from '../core/contracts.ts';
import { RouterError } from '../core/errors.ts';
import { type AnyLabel, UnsureReason, unsureAxis } from '../core/label.ts';
import { problemsOf } from '../core/problems.ts';
import { type AxisDefinition, axesOf, axisValues, type Taxonomy } from '../core/taxonomy.ts';

/**
 * A caller's classifier, held to the contract: it is not waited for beyond the deadline, whether or not it heeds the signal,
 * and a label that does not fit the taxonomy is its failure instead of a decision made on nonsense.
 * A value it gives no probability has none; an axis it leaves out is unsure, as `not-scored`.
 */
export function ownClassifier(own: Classifier<Taxonomy>, taxonomy: Taxonomy): Classifier<Taxonomy> {
  const schema = classificationSchema(taxonomy);
  return {
    name: own.name,
    async classify(request, signal) {
      const work = own.classify(request, signal);
      const answer = signal === undefined ? await work : await settledBy(work, signal);
      const { data, error } = schema.safeParse(answer);
      if (data === undefined) throw badAnswer(own.name, error, answer);
      const axes = axesOf(taxonomy).map(([axis, definition]) => [axis, data.label[axis] ?? unsureAxis(definition, 'not-scored')] as const);
      return { label: Object.fromEntries(axes) as AnyLabel, source: answer.source };
    },
  };
}

function badAnswer(name: string, error: z.ZodError, answer: unknown): RouterError {
  const [problem] = problemsOf(error, answer, 'answer');
  return new RouterError('classify.bad-answer', `classifier \`${name}\`: ${problem?.where}: ${problem?.message}`, {
    where: problem?.where ?? name,
    advice: 'return `{ label, source }` with the axes of the taxonomy; see `axisLabel`, `unsureLabel` and `localSource`',
    cause: error,
  });
}

function classificationSchema(taxonomy: Taxonomy) {
  const axes = axesOf(taxonomy).map(([axis, definition]) => [axis, axisSchema(definition).optional()] as const);
  return z.object({ label: z.strictObject(Object.fromEntries(axes)), source: z.object({ classifier: z.string() }) });
}

const probability = z.number().min(0).max(1);

function axisSchema(definition: AxisDefinition) {
  const values = axisValues(definition) as [string, ...string[]];
  return z.strictObject({
    value: z.enum(values),
    confidence: probability,
    probabilities: z.strictObject(Object.fromEntries(values.map((value) => [value, probability.default(0)]))),
    unsure: UnsureReason.nullable(),
  });
}
