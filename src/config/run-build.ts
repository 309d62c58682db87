import type { Alert } from '../core/alert.ts';
import type { Classifier, Clock, Provider } from '../core/contracts.ts';
import { failWithProblems, RouterError } from '../core/errors.ts';
import type { Model } from '../core/models.ts';
import type { ReadyPolicy } from '../core/policy.ts';
import type { RouteRecord } from '../core/record.ts';
import type { Taxonomy } from '../core/taxonomy.ts';
import type { Experiment, Runner } from '../parts.ts';
import { openaiProvider } from '../providers/openai.ts';
import { PRESETS } from '../providers/presets.ts';
import { createAlerts } from '../record/alerts.ts';
import { createDrift, type DriftKeeper } from '../record/drift.ts';
import { createStats, type StatsKeeper } from '../record/stats.ts';
import { createHealth, type Health } from '../run/health.ts';
import { createLedger } from '../run/ledger.ts';
import { createLimiter } from '../run/limits.ts';
import { sharedHealth } from '../run/shared-health.ts';
import { nodeTimers } from '../run/timers.ts';
import { createPins, createTurns } from '../run/turns.ts';
import { memoryState } from '../state/memory.ts';
import { driftReferenceOf } from './drift.ts';
import type { ProviderSettings } from './run-schema.ts';
import type { ReadyOptions } from './schema.ts';
import { requireKey } from './secrets.ts';

/** What the rest of a router gives to its running side. */
export type RunInputs = {
  options: ReadyOptions;
  policy: ReadyPolicy;
  /** Reads policies of experiments and shadows as the router's own is read. */
  load: (source: NonNullable<ReadyOptions['policy']>) => ReadyPolicy;
  rescore: Classifier<Taxonomy>;
  clock: Clock;
  /** A digest without known collisions. */
  digest: (text: string) => string;
};

export type BuiltRunner = { runner: Runner; stats: StatsKeeper; health: Health; close: () => Promise<void> };

/** The running side of a router: providers by name, health, budgets, limits, statistics. Opens nothing before the first call. */
export function buildRunner({ options, policy, load, rescore, clock, digest }: RunInputs): BuiltRunner {
  const state = options.state ?? memoryState({ clock });
  const own = createHealth(clock);
  // Within one process there is nobody to tell.
  const health = options.state === undefined ? own : sharedHealth(own, state, clock);
  const onAlert = options.onAlert ?? (() => undefined);
  const drift = driftKeeper(options, policy, onAlert);
  const stats = createStats(comparison(options, policy), drift?.state ?? null);
  const watchRecords = createAlerts(options.alerts, onAlert);
  const { passthrough, ...runOptions } = options.run;
  const runner: Runner = {
    run: {
      provider: providerLookup(options, clock),
      clock,
      timers: options.timers ?? nodeTimers,
      random: options.random ?? Math.random,
      health,
      limiter: createLimiter(state),
      ledger: createLedger(state),
      options: runOptions,
      notify: guarded(onAlert),
    },
    state,
    turns: createTurns(state, digest),
    pins: createPins(state, digest),
    rescore,
    experiment: experimentOf(options, policy, load),
    shadow: options.shadow === undefined ? null : { name: options.shadow.name, policy: load(options.shadow.policy) },
    passthrough,
    observe(record: RouteRecord) {
      stats.observe(record);
      watchRecords(record);
      drift?.observe(record);
    },
    judged: (score) => drift?.judged(score),
  };
  // A state that was handed in belongs to whoever made it.
  return { runner, stats, health, close: async () => (options.state === undefined ? state.close() : undefined) };
}

function driftKeeper({ drift }: ReadyOptions, policy: ReadyPolicy, onAlert: (alert: Alert) => void): DriftKeeper | null {
  if (drift === undefined) return null;
  const { reference, falseAlarms, requestsPerDay, window } = drift;
  return createDrift(driftReferenceOf(reference, policy), { falseAlarms, stream: requestsPerDay, window }, guarded(onAlert));
}

/** A hook that throws must not break the request that happened to wake it. */
function guarded(onAlert: (alert: Alert) => void): (alert: Alert) => void {
  return (alert) => {
    try {
      onAlert(alert);
    } catch {
      // The alert was given; what its hearer makes of it is not this request's business.
    }
  };
}

function providerLookup(options: ReadyOptions, clock: Clock): (model: Model) => Provider {
  const made = new Map<string, Provider>();
  return ({ provider: name }) => {
    const known = made.get(name) ?? makeProvider(name, options, clock);
    made.set(name, known);
    return known;
  };
}

function makeProvider(name: string, options: ReadyOptions, clock: Clock): Provider {
  const given = options.providers[name];
  if (given !== undefined && 'complete' in given) return given;
  const settings: ProviderSettings = given ?? {};
  const preset = Object.hasOwn(PRESETS, name) ? PRESETS[name] : undefined;
  const baseUrl = settings.baseUrl ?? preset?.baseUrl;
  if (baseUrl === undefined) throw unknownProvider(name);
  const variable = settings.keyVariable === undefined ? (preset?.keyVariable ?? null) : settings.keyVariable;
  const keyless = variable === null && settings.apiKey === undefined;
  const key = keyless ? undefined : requireKey(settings.apiKey, variable ?? `providers.${name}.apiKey`, options.env ?? process.env);
  return openaiProvider({
    name,
    baseUrl,
    ...(key === undefined ? {} : { apiKey: key }),
    ...(variable === null ? {} : { keyName: variable }),
    ...(settings.headers === undefined ? {} : { headers: settings.headers }),
    streamUsage: settings.streamUsage ?? preset?.streamUsage ?? true,
    ...(options.fetch === undefined ? {} : { fetch: options.fetch }),
    now: clock.now,
  });
}

function unknownProvider(name: string): RouterError {
  return new RouterError('provider.unknown', `no address is known for provider \`${name}\``, {
    where: `providers.${name}`,
    advice: `give \`providers: { '${name}': { baseUrl, keyVariable } }\`; known without: ${Object.keys(PRESETS).join(', ')}`,
  });
}

function experimentOf({ experiment }: ReadyOptions, policy: ReadyPolicy, load: RunInputs['load']): Experiment | null {
  if (experiment === undefined) return null;
  const problems = experiment.arms.flatMap(({ model }, at) =>
    model === undefined || policy.models.has(model)
      ? []
      : [{ where: `experiment.arms.${at}.model`, message: `unknown model \`${model}\`` }],
  );
  if (problems.length > 0) failWithProblems('options.invalid', 'experiment', problems, 'name models of the policy');
  const arms = experiment.arms.map(({ name, weight, model, policy: source }) => ({
    name,
    weight,
    ...(model === undefined ? {} : { model }),
    ...(source === undefined ? {} : { policy: load(source) }),
  }));
  return { name: experiment.name, arms };
}

function comparison({ compareWith }: ReadyOptions, { models, name }: ReadyPolicy) {
  if (compareWith === undefined) return null;
  const model = models.get(compareWith);
  if (model !== undefined) return { model: compareWith, price: model.price };
  throw new RouterError('options.invalid', `\`compareWith\` names \`${compareWith}\`, which is not in policy \`${name}\``, {
    where: 'compareWith',
    advice: 'name a model of the policy',
  });
}

/** The policy with the `budget` shorthand written out. @throws RouterError `policy.invalid` when a price is unknown that a budget would have to count */
export function withBudget(policy: ReadyPolicy, budget: ReadyOptions['budget']): ReadyPolicy {
  if (budget === undefined) return policy;
  const unpriced = [...policy.models.values()].filter(({ price }) => price.input === null || price.output === null);
  const problems = unpriced.map(({ id }) => ({
    where: `models.${id}.price`,
    message: `\`${id}\` has no known price, and a budget applies: give one`,
  }));
  if (problems.length > 0) failWithProblems('policy.invalid', 'policy', problems, 'give a price, or leave the model out');
  const daily = { scope: 'global' as const, window: 'day' as const, usd: budget.dailyUsd, timeZone: 'UTC', cheapBelow: budget.cheapBelow };
  return { ...policy, budgets: [...policy.budgets, daily] };
}
