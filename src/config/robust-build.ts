import { performance } from 'node:perf_hooks';
import type { Classifier } from '../core/contracts.ts';
import { axisLabel, type Label, localSource } from '../core/label.ts';
import { axesOf, axisValues, type Taxonomy } from '../core/taxonomy.ts';
import { localHalf, rulesAlone, withoutFloor } from './classifier-build.ts';
import { type RouterOptions, readOptions } from './schema.ts';

/** What a classifier's defences are measured with. */
export type DefenceParts = {
  /** Patterns alone: the floor under the risk of `embedded` and `llm`. */
  rules: Classifier<Taxonomy>;
  /** `embedded` with its floor: the floor under the risk of `cascade`. */
  local: Classifier<Taxonomy>;
  /** `embedded` without its floor. */
  unguarded: Classifier<Taxonomy>;
  /** The cascade with a second opinion that was talked into everything: it is sure of the lowest value of every axis, whatever the text. */
  fooled: Classifier<Taxonomy>;
};

/** @throws RouterError `options.invalid` or `weights.invalid` */
export function defenceParts(given: RouterOptions<Taxonomy>): DefenceParts {
  const options = readOptions({ ...given, classifier: 'embedded' });
  const { taxonomy } = options;
  const local = localHalf(options);
  let fooled: Promise<Classifier<Taxonomy>> | undefined;
  const cascaded = async () => {
    const { cascade } = await import('../classify/cascade.ts');
    const { atLeast, deadlineMs } = options.cascade;
    const breaker = { monotonic: () => performance.now() };
    return cascade({ taxonomy, first: local, second: alwaysLowest(taxonomy), atLeast, deadlineMs, timeout: AbortSignal.timeout, breaker });
  };
  return {
    rules: rulesAlone(options),
    local,
    unguarded: withoutFloor(options),
    fooled: {
      name: 'cascade, second fooled',
      async classify(request, signal) {
        fooled ??= cascaded();
        return (await fooled).classify(request, signal);
      },
    },
  };
}

function alwaysLowest(taxonomy: Taxonomy): Classifier<Taxonomy> {
  const axes = axesOf(taxonomy).map(([axis, definition]) => {
    const values = axisValues(definition);
    return [axis, axisLabel(Object.fromEntries(values.map((value, at) => [value, at === 0 ? 1 : 0])))] as const;
  });
  const label = Object.fromEntries(axes) as Label<Taxonomy>;
  return { name: 'fooled', classify: async () => ({ label, source: localSource('fooled') }) };
}
