import type { LRUCache } from 'lru-cache';
import { canonicalJson } from '../core/canonical.ts';
import type { Classifier } from '../core/contracts.ts';
import { RouterError } from '../core/errors.ts';
import { type AnyLabel, type Classification, type Label, type LabelSource, unsureAxes } from '../core/label.ts';
import type { RouteRequest } from '../core/request.ts';
import type { Taxonomy } from '../core/taxonomy.ts';
import { viewOf } from '../core/view.ts';
import { refuseAborted } from './abort.ts';
import { singleFlight } from './single-flight.ts';

export type CachedOptions = {
  /** Everything beside the text that a label depends on: prompt hash, model, taxonomy, weights. */
  version: string;
  /** A digest without known collisions, such as SHA-256 in hexadecimal. */
  hash: (text: string) => string;
  /** Most bytes of labels kept, estimated. @default 16000000 */
  maxBytes?: number;
  /** Requests of different scopes never share a label, so that a fast answer tells nothing of what others asked. @default one scope for all */
  scopeOf?: (request: RouteRequest) => string;
};

/** Reasons of a passing nature: asked again, the answer may differ. */
const PASSING: ReadonlySet<string> = new Set(['failed', 'timeout', 'refused']);

/**
 * Remembers labels by what the classifier sees. The same text asked twice at once is one call; a failure, or a label that a failure left unsure, is not kept;
 * one caller's abort does not end the call for another.
 *
 * @throws RouterError `options.invalid` for a bad option
 */
export function cachedClassifier<T extends Taxonomy>(inner: Classifier<T>, options: CachedOptions): Classifier<T> {
  const { version, hash, maxBytes = 16_000_000, scopeOf = () => '' } = options;
  if (!Number.isInteger(maxBytes) || maxBytes < 1)
    throw new RouterError('options.invalid', `expected \`maxBytes\` to be a whole number from 1, found \`${maxBytes}\``, {
      where: 'maxBytes',
      advice: 'give bytes',
    });
  const flights = singleFlight<Classification<T>>();
  let store: Promise<LRUCache<string, Classification<T>>> | undefined;
  return {
    name: inner.name,
    async classify(request: RouteRequest, signal?: AbortSignal): Promise<Classification<T>> {
      refuseAborted(signal);
      const key = hash(canonicalJson({ classifier: inner.name, version, scope: scopeOf(request), view: viewOf(request) }));
      store ??= makeStore(maxBytes);
      const kept = await store;
      const known = kept.get(key);
      if (known !== undefined) return remembered(known);
      const { value, leads } = await flights(key, signal, async (shared) => {
        const fresh = await inner.classify(request, shared);
        if (isLasting(fresh)) kept.set(key, fresh);
        return fresh;
      });
      return leads ? copied(value, value.source) : remembered(value);
    },
  };
}

/** `lru-cache` is loaded by whoever caches. */
async function makeStore<T extends Taxonomy>(maxBytes: number): Promise<LRUCache<string, Classification<T>>> {
  const { LRUCache } = await import('lru-cache');
  return new LRUCache({ maxSize: maxBytes, sizeCalculation: (entry, key) => 2 * (key.length + JSON.stringify(entry).length) });
}

function isLasting({ label, source }: { label: AnyLabel; source: LabelSource }): boolean {
  return (
    !Object.values(unsureAxes(label)).some((reason) => PASSING.has(reason)) && !source.flags.some((flag) => flag.startsWith('failed:'))
  );
}

/** A label from memory costs nothing and used no tokens. */
function remembered<T extends Taxonomy>(entry: Classification<T>): Classification<T> {
  return copied(entry, { ...entry.source, usage: null, usd: 0, cached: true });
}

/** What a caller does to its label must not reach the next caller's. */
function copied<T extends Taxonomy>({ label }: Classification<T>, source: LabelSource): Classification<T> {
  const axes = Object.entries(label as AnyLabel).map(
    ([axis, value]) => [axis, { ...value, probabilities: { ...value.probabilities } }] as const,
  );
  return { label: Object.fromEntries(axes) as Label<T>, source: { ...source, flags: [...source.flags] } };
}
