import { z } from 'zod';
import { settledBy } from '../core/abort.ts';
import type { Classifier } from '../core/contracts.ts';
import { RouterError } from '../core/errors.ts';
import { axisLabelSchema, UnsureReason } from '../core/label.ts';
import { problemsOf } from '../core/problems.ts';
import { axesOf, type Taxonomy } from '../core/taxonomy.ts';

/**
 * A caller's classifier, held to the contract: it is not waited for beyond the deadline, whether or not it heeds the signal,
 * and a label that does not fit the taxonomy is its failure instead of a decision made on nonsense.
 */
export function ownClassifier(own: Classifier<Taxonomy>, taxonomy: Taxonomy): Classifier<Taxonomy> {
  const schema = classificationSchema(taxonomy);
  return {
    name: own.name,
    async classify(request, signal) {
      const work = own.classify(request, signal);
      const answer = signal === undefined ? await work : await settledBy(work, signal);
      const parsed = schema.safeParse(answer);
      if (parsed.success) return answer;
      const [problem] = problemsOf(parsed.error, answer, 'answer');
      throw new RouterError('classify.bad-answer', `classifier \`${own.name}\`: ${problem?.where}: ${problem?.message}`, {
        where: problem?.where ?? own.name,
        advice: 'return `{ label, source }` with every axis of the taxonomy; see `axisLabel`, `unsureLabel` and `localSource`',
        cause: parsed.error,
      });
    },
  };
}

function classificationSchema(taxonomy: Taxonomy) {
  const unsure = UnsureReason.nullable();
  const axes = axesOf(taxonomy).map(([axis, definition]) => [axis, axisLabelSchema(definition).extend({ unsure })] as const);
  return z.object({ label: z.strictObject(Object.fromEntries(axes)), source: z.object({ classifier: z.string() }) });
}
