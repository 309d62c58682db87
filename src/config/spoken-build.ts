import type { Tape } from '../classify/tape.ts';
import type { Classification } from '../core/label.ts';
import type { RouteRequest } from '../core/request.ts';
import type { Taxonomy } from '../core/taxonomy.ts';
import { buildClassifier } from './classifier-build.ts';
import { type RouterOptions, readOptions } from './schema.ts';

/** A classifier that asks a model, with what the model said apart from the label. */
export type Spoken = {
  /** The label, and what the model said for it: null when it was not asked. Survives JSON. */
  ask(request: RouteRequest, signal?: AbortSignal): Promise<Classification<Taxonomy> & { said: unknown }>;
  /** The label of what was said before, as these options read it; asks nobody. */
  replay(request: RouteRequest, said: unknown): Promise<Classification<Taxonomy>>;
};

/**
 * `llm` or `cascade` as these options build it. A missing key is an error of the first call, since what is replayed needs none.
 *
 * @throws RouterError `options.invalid`, `weights.invalid`, `input.not-found` or `input.unreadable`
 */
export function buildSpoken(given: RouterOptions<Taxonomy>): Spoken {
  const tape: Tape = new WeakMap();
  const classifier = buildClassifier(readOptions(given), tape);
  return {
    async ask(request, signal) {
      // A copy of its own: the same request may be asked several times at once.
      const own = { ...request };
      const { label, source } = await classifier.classify(own, signal);
      return { label, source, said: tape.get(own) ?? null };
    },
    replay(request, said) {
      const own = { ...request };
      tape.set(own, said as NonNullable<ReturnType<Tape['get']>>);
      return classifier.classify(own);
    },
  };
}
