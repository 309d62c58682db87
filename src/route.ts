import { isTimeout } from './core/abort.ts';
import type { Classifier, Clock, Recorder } from './core/contracts.ts';
import type { Decision, DecisionInput, Explanation, Route, RouteOverrides } from './core/decision.ts';
import { isRouterError } from './core/errors.ts';
import type { Facts } from './core/facts.ts';
import type { FittedScores } from './core/fitted.ts';
import { type AnyLabel, type Classification, localSource, type UnsureReason, unsureLabel } from './core/label.ts';
import type { ReadyPolicy } from './core/policy.ts';
import type { RouteRecord } from './core/record.ts';
import type { RouteRequest } from './core/request.ts';
import type { Taxonomy } from './core/taxonomy.ts';
import { viewOf } from './core/view.ts';
import { decide, recheck } from './decide/decide.ts';
import type { Estimators } from './decide/estimators.ts';

/** Everything the flow is handed; built once by `config/build`. */
export type Parts<T extends Taxonomy> = {
  taxonomy: T;
  classifier: Classifier<T>;
  /** Longest time a classifier may take, milliseconds. */
  classifyMs: number;
  factsOf: (request: RouteRequest) => Facts;
  policy: ReadyPolicy;
  estimators: Estimators;
  recorder: Recorder | null;
  recordText: boolean;
  clock: Clock;
  timeout: (ms: number) => AbortSignal;
  newId: () => string;
  hash: (text: string) => string;
};

/** The flow on one screen: classify, decide, record. Running the decision is the caller's next step. */
export async function route<T extends Taxonomy>(request: RouteRequest, overrides: RouteOverrides, parts: Parts<T>): Promise<Route<T>> {
  const started = parts.clock.monotonic();
  const { label, source } = await classifyOrUnsure(request, parts);
  const classified = parts.clock.monotonic();
  const facts = parts.factsOf(request);
  const { decision, failure } = decideOrLastResort({ label, facts, overrides, ...scoresOf(request, parts.policy) }, parts);
  const decided = parts.clock.monotonic();
  const requestId = request.id ?? parts.newId();
  const result: Route<T> = { ...decision, requestId, label, facts, source, policyHash: parts.policy.hash, failure };
  const ms = { classify: classified - started, decide: decided - classified, total: decided - started };
  await parts.recorder?.record(recordOf(request, result, ms, parts));
  return result;
}

/** A route that is told rather than taken: the same flow, in words, and nothing recorded. */
export async function explain<T extends Taxonomy>(
  request: RouteRequest,
  overrides: RouteOverrides,
  parts: Parts<T>,
): Promise<Explanation<T>> {
  const decided = await route(request, overrides, { ...parts, recorder: null });
  const { label, facts, source, skipped } = decided;
  const { explainText } = await import('./decide/explain.ts');
  const text = explainText({ ...decided, label: label as AnyLabel });
  return { text, label, facts, source, candidates: decided.kind === 'chosen' ? decided.candidates : [], skipped, route: decided };
}

/** The one place where a failed classifier becomes an unsure label: doubt is an answer, an exception is not. */
export async function classifyOrUnsure<T extends Taxonomy>(request: RouteRequest, parts: Parts<T>): Promise<Classification<T>> {
  try {
    return await parts.classifier.classify(request, parts.timeout(parts.classifyMs));
  } catch (error) {
    const label = unsureLabel(parts.taxonomy, reasonOf(error));
    return { label, source: localSource(parts.classifier.name, [`failed:${isRouterError(error) ? error.code : 'unexpected'}`]) };
  }
}

function reasonOf(error: unknown): UnsureReason {
  if (!isRouterError(error)) return isTimeout(error) ? 'timeout' : 'failed';
  if (error.code === 'classify.timeout' || error.code === 'classify.aborted') return 'timeout';
  return error.code === 'classify.refused' ? 'refused' : 'failed';
}

/** What a fitted policy reads off the request, as part of what is decided on. */
export function scoresOf(request: RouteRequest, { read }: ReadyPolicy): { scores?: FittedScores } {
  return read === undefined ? {} : { scores: read(request) };
}

/** A caller's mistake is thrown; anything else that goes wrong while deciding falls back to the policy's last resort, if it is eligible. */
export function decideOrLastResort(
  input: DecisionInput,
  parts: Pick<Parts<Taxonomy>, 'policy' | 'estimators'>,
): { decision: Decision; failure: string | null } {
  try {
    return { decision: decide(input, parts.policy, parts.estimators), failure: null };
  } catch (error) {
    if (isRouterError(error)) throw error;
    const failure = error instanceof Error ? error.message : String(error);
    const model = parts.policy.lastResort;
    const skip = recheck(model, input, parts.policy);
    if (skip === null) return { decision: decide({ ...input, overrides: { model } }, parts.policy), failure };
    const advice = 'routing failed and the last resort is not eligible: see `failure` and `skipped`';
    return { decision: { kind: 'refused', why: 'no-eligible-model', advice, pools: [], skipped: [skip] }, failure };
  }
}

/** The record of a route; `executed` is filled in by whoever runs it. */
export function recordOf<T extends Taxonomy>(request: RouteRequest, result: Route<T>, ms: RouteRecord['ms'], parts: Parts<T>): RouteRecord {
  const text = viewOf(request).text;
  const axes = Object.entries(result.label as AnyLabel).map(
    ([axis, { value, confidence, unsure }]) => [axis, { value, confidence, unsure }] as const,
  );
  const { classifier, model, promptHash, usd } = result.source;
  const chosen = result.kind === 'chosen' ? result : null;
  return {
    schemaVersion: 1,
    requestId: result.requestId,
    at: new Date(parts.clock.now()).toISOString(),
    textHash: parts.hash(text),
    ...(parts.recordText ? { text } : {}),
    label: Object.fromEntries(axes),
    classifier: { name: classifier, model, promptHash, usd },
    facts: Object.fromEntries(Object.entries(result.facts).filter(([, value]) => value !== null)) as RouteRecord['facts'],
    policyHash: result.policyHash,
    decision: result.kind,
    model: chosen?.model ?? null,
    fallbacks: chosen?.fallbacks ?? [],
    why: result.why,
    skipped: result.skipped,
    estimateUsd: chosen?.estimate.usd ?? null,
    executed: null,
    ms,
  };
}
