import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { factsOf } from '../classify/facts.ts';
import type { Classifier, Clock } from '../core/contracts.ts';
import { type DefaultTaxonomy, defaultTaxonomy } from '../core/default-taxonomy.ts';
import type { ReadyPolicy } from '../core/policy.ts';
import { defineTaxonomy, type Taxonomy } from '../core/taxonomy.ts';
import type { CompleteParts } from '../parts.ts';
import type { StatsKeeper } from '../record/stats.ts';
import { buildClassifier, localHalf } from './classifier-build.ts';
import { contentHash } from './files.ts';
import { withFitted } from './fitted-build.ts';
import { loadPolicy, requireOwnPolicy } from './policy.ts';
import { buildRunner, withBudget } from './run-build.ts';
import { type ClassifierName, type ReadyOptions, type RouterOptions, readOptions } from './schema.ts';

/** Classifiers that answer within the same tick: no deadline can cut them short, so none is set. */
const INSTANT: ReadonlySet<string> = new Set<ClassifierName>(['embedded', 'rules', 'majority', 'random', 'length', 'keywords']);
const NEVER = new AbortController().signal;

/** What a router is made of, and how it is put away. */
export type Built<T extends Taxonomy> = { parts: CompleteParts<T>; stats: StatsKeeper; close: () => Promise<void> };

/**
 * The parts of a router from its options. The one place that names drivers; what is heavy is loaded on first use.
 *
 * @throws RouterError `options.invalid`, `policy.invalid`, `taxonomy.invalid`, `weights.invalid` or `provider.missing-key`
 */
export function build<T extends Taxonomy = DefaultTaxonomy>(given: RouterOptions<T>): Built<T> {
  const options = readOptions(given);
  const taxonomy = defineTaxonomy(options.taxonomy) as T;
  const classifier = buildClassifier(options) as Classifier<T>;
  const instant = typeof options.classifier === 'string' && INSTANT.has(options.classifier);
  const clock = options.clock ?? machineClock;
  // JSON first: lone surrogates would otherwise all hash alike.
  const hash = (text: string) => contentHash(JSON.stringify(text));
  const policy = policyFor(options);
  const load = (source: NonNullable<ReadyOptions['policy']>) => policyFor({ ...options, policy: source });
  const rescore = rescorer(options, classifier as Classifier<Taxonomy>);
  const { runner, stats, health, close } = buildRunner({ options, policy, load, rescore, clock, digest: (text) => contentHash(text, 64) });
  const parts: CompleteParts<T> = {
    taxonomy,
    classifier,
    classifyMs: options.classifyTimeoutMs,
    factsOf,
    policy,
    estimators: { latency: ({ id }) => secondsOf(health.latency(id)?.p50Ms) },
    recorder: options.recorder ?? null,
    recordText: options.recordText,
    clock,
    timeout: instant ? () => NEVER : AbortSignal.timeout,
    newId: randomUUID,
    hash,
    runner,
  };
  const closeAll = async () => {
    await options.recorder?.close();
    await close();
  };
  return { parts, stats, close: closeAll };
}

const secondsOf = (ms: number | undefined): number | null => (ms === undefined ? null : ms / 1_000);

const machineClock: Clock = { now: Date.now, monotonic: () => performance.now() };

/** Within a tool loop the risk is read again on every call: by the embedded model, which costs nothing, where it knows the axes. */
function rescorer(options: ReadyOptions, classifier: Classifier<Taxonomy>): Classifier<Taxonomy> {
  if (options.classifier === 'semantic') return localHalf(options);
  const paid = options.classifier === 'llm' || options.classifier === 'cascade';
  return paid && options.taxonomy === defaultTaxonomy ? buildClassifier({ ...options, classifier: 'embedded' }) : classifier;
}

/** The shipped policy speaks of the shipped axes; with others it is the caller's turn to say where to route. */
function policyFor(options: ReadyOptions): ReadyPolicy {
  try {
    const policy = loadPolicy(options.policy, options.taxonomy, options.catalogue);
    return withBudget(withFitted(policy, options.policy), options.budget);
  } catch (error) {
    if (options.policy !== undefined || options.taxonomy === defaultTaxonomy) throw error;
    throw Object.assign(requireOwnPolicy(options.taxonomy), { cause: error });
  }
}
