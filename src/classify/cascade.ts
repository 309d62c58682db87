import { linkSignals, settledBy, type Timeout } from '../core/abort.ts';
import type { Classifier } from '../core/contracts.ts';
import { type ErrorCode, isRouterError, RouterError } from '../core/errors.ts';
import type { Classification } from '../core/label.ts';
import type { RouteRequest } from '../core/request.ts';
import { type AxisName, axesOf, type Taxonomy } from '../core/taxonomy.ts';
import { abortError, refuseAborted } from './abort.ts';
import { type Breaker, type BreakerOptions, makeBreaker } from './breaker.ts';
import { doubtfulAxes, type Heard, merge } from './merge.ts';

/** Failures that say the second classifier is down, as against those that this one text brought about. */
const DOWN: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['classify.failed', 'classify.timeout']);

export type CascadeOptions<T extends Taxonomy> = {
  taxonomy: T;
  /** Asked for every request; cheap. */
  first: Classifier<T>;
  /** Asked for doubtful requests only; dear. */
  second: Classifier<T>;
  /** Confidence from which `first` is believed, 0..1: one figure for all axes, or one per axis; an axis left out is believed unless it says it is unsure. @default 0.7 */
  atLeast?: number | Readonly<Partial<Record<AxisName<T>, number>>>;
  /** Longest time for both together, milliseconds, 1 to 600,000. What has arrived by then wins. @default 4000 */
  deadlineMs?: number;
  timeout: Timeout;
  /** When `second` is down it is left alone for a while. */
  breaker: BreakerOptions;
};

/**
 * Asks `first`, and `second` only for axes on which `first` is doubtful: unsure, or less confident than `atLeast`.
 * Risk is the higher of the two. A failing or late `second` leaves `first` standing, its doubtful axes unsure with the reason;
 * when both fail, every axis is unsure. A caller who aborts gets `classify.aborted`; one whose time ran out gets what has arrived.
 *
 * @throws RouterError `options.invalid` for a bad option
 */
export function cascade<T extends Taxonomy>(options: CascadeOptions<T>): Classifier<T> {
  const { first, second, taxonomy, atLeast = 0.7, deadlineMs = 4_000, timeout } = options;
  const thresholds = readThresholds(taxonomy, atLeast);
  if (!(deadlineMs >= 1 && deadlineMs <= 600_000)) throw invalidOption('deadlineMs', 'milliseconds from 1 to 600000', deadlineMs);
  const breaker = makeBreaker(options.breaker);
  const name = `${first.name}>${second.name}`;
  return {
    name,
    async classify(request: RouteRequest, signal?: AbortSignal): Promise<Classification<T>> {
      refuseAborted(signal);
      const both = linkSignals([signal, timeout(deadlineMs)]);
      try {
        const one = await hear(first, request, both.signal);
        const doubtful = one.kind === 'label' ? doubtfulAxes(one.label, thresholds) : axesOf(taxonomy).map(([axis]) => axis);
        const two = doubtful.length === 0 ? null : await hearGuarded(second, breaker, request, both.signal);
        if (signal?.aborted) refuseUnlessLate(signal);
        return merge({ taxonomy, name, one, two, doubtful });
      } finally {
        both.release();
      }
    },
  };
}

/** What a classifier says by the time the signal aborts; a failure is an answer too. */
async function hear<T extends Taxonomy>(classifier: Classifier<T>, request: RouteRequest, signal: AbortSignal): Promise<Heard<T>> {
  if (signal.aborted) return { kind: 'failed', error: abortError(signal.reason) };
  try {
    return { kind: 'label', ...(await settledBy(classifier.classify(request, signal), signal)) };
  } catch (error) {
    if (signal.aborted && error === signal.reason) return { kind: 'failed', error: abortError(signal.reason, null) };
    return { kind: 'failed', error: isRouterError(error) ? error : unexpected(error) };
  }
}

async function hearGuarded<T extends Taxonomy>(
  classifier: Classifier<T>,
  breaker: Breaker,
  request: RouteRequest,
  signal: AbortSignal,
): Promise<Heard<T>> {
  if (!breaker.allows()) return { kind: 'failed', error: resting(classifier.name) };
  const heard = await hear(classifier, request, signal);
  if (heard.kind === 'label') breaker.succeeded();
  else if (DOWN.has(heard.error.code)) breaker.failed();
  return heard;
}

/** A caller who walked away wants nothing; one whose time ran out wants what there is. */
function refuseUnlessLate(signal: AbortSignal): void {
  const error = abortError(signal.reason);
  if (error.code === 'classify.aborted') throw error;
}

function readThresholds(taxonomy: Taxonomy, atLeast: number | Readonly<Record<string, number | undefined>>): ReadonlyMap<string, number> {
  const named = typeof atLeast === 'number' ? Object.fromEntries(axesOf(taxonomy).map(([axis]) => [axis, atLeast])) : atLeast;
  for (const [axis, threshold] of Object.entries(named)) {
    if (!Object.hasOwn(taxonomy, axis)) throw invalidOption(`atLeast.${axis}`, `an axis: ${Object.keys(taxonomy).join(', ')}`, axis);
    if (threshold === undefined || !(threshold >= 0 && threshold <= 1))
      throw invalidOption(`atLeast.${axis}`, 'a number from 0 to 1', threshold);
  }
  return new Map(Object.entries(named) as [string, number][]);
}

const resting = (name: string) =>
  new RouterError('classify.failed', `\`${name}\` kept failing and is left alone for a while`, {
    advice: 'look at the errors before this one',
    retryable: true,
  });

const unexpected = (cause: unknown) =>
  new RouterError('classify.failed', `a classifier failed: ${cause instanceof Error ? cause.message : String(cause)}`, {
    advice: 'look at `cause`',
    cause,
  });

const invalidOption = (where: string, expected: string, found: unknown) =>
  new RouterError('options.invalid', `expected \`${where}\` to be ${expected}, found \`${String(found)}\``, {
    where,
    advice: `mend \`${where}\``,
  });
