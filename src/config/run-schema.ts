import { z } from 'zod';
import type { Alert } from '../core/alert.ts';
import type { Provider, Timers } from '../core/contracts.ts';
import { DriftReference } from '../core/drift.ts';
import { DRIFT_DEFAULTS } from '../core/drift-watch.ts';
import type { PolicyInput } from '../core/policy.ts';
import type { State } from '../core/state.ts';

const milliseconds = z.int().min(1).max(3_600_000);
const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
const isFunction = (value: unknown): boolean => typeof value === 'function';
const has = (value: unknown, ...methods: string[]): boolean =>
  isObject(value) && methods.every((method) => isFunction((value as Record<string, unknown>)[method]));

/** One OpenAI-compatible endpoint. Addresses and keys come from here alone, never from a request. */
export const ProviderSettings = z.strictObject({
  /** Up to and including `/v1`. Default: the preset's, for known providers. */
  baseUrl: z.url({ protocol: /^https?$/, error: 'expected an http(s) address' }).optional(),
  /** Environment variable that holds the key; null for an endpoint that takes none. Default: the preset's. */
  keyVariable: z.string().min(1).nullable().optional(),
  /** Default: what `keyVariable` holds. */
  apiKey: z.string().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  /** Whether the endpoint understands `stream_options.include_usage`. */
  streamUsage: z.boolean().optional(),
});
export type ProviderSettings = z.output<typeof ProviderSettings>;

/** How requests are run; times in milliseconds. */
export const RunSettings = z.strictObject({
  /** For a whole request, every attempt and wait included. */
  deadlineMs: milliseconds.default(300_000),
  /** Longest wait for the first chunk of a stream. */
  firstByteMs: milliseconds.default(30_000),
  /** Longest silence between two chunks. */
  idleMs: milliseconds.default(30_000),
  /** How long a reader may let a chunk lie before the upstream is cut. */
  clientStallMs: milliseconds.default(30_000),
  /** Base of the full-jitter backoff before a candidate is tried again. */
  backoffMs: milliseconds.default(250),
  /** Output tokens reserved against budgets when a request sets no limit. */
  reserveOutputTokens: z.int().min(1).max(10_000_000).default(4_096),
  /** Which refusals of a request send it to the next candidate. */
  fallbackOn: z.strictObject({ contextLength: z.boolean().default(true), contentPolicy: z.boolean().default(false) }).prefault({}),
  /** Send fields that are not known here on to the provider. */
  passthrough: z.boolean().default(false),
});

const PolicySource = z.union([z.string().min(1), z.custom<PolicyInput>(isObject)], {
  error: 'expected a policy object or the path of a policy file',
});

/** Users or conversations are split over arms by a stable hash; an arm is a policy or one fixed model. */
export const ExperimentSettings = z.strictObject({
  name: z.string().min(1).max(128),
  arms: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(128),
        weight: z.number().positive().default(1),
        policy: PolicySource.optional(),
        model: z.string().optional(),
      }),
    )
    .min(1)
    .max(20),
});

/** Options of what happens after the decision, beside those of `createRouter` that lead to it. */
export const runOptions = {
  /** Endpoints by the provider's name in model ids. Known names need only their key in the environment. */
  providers: z
    .record(
      z.string(),
      z.union([ProviderSettings, z.custom<Provider>((value) => has(value, 'complete'))], {
        error: 'expected settings of an endpoint, or an object with `complete`',
      }),
    )
    .default({}),
  run: RunSettings.prefault({}),
  /** Shorthand for one more budget of the policy: everybody's together, per UTC day. */
  budget: z
    .strictObject({ dailyUsd: z.number().min(0).max(9_000_000), cheapBelow: z.number().min(0).max(1).nullable().default(null) })
    .optional(),
  /** Where budgets, limits and turns are kept. Default: the memory of this process; `redisState` shares them. */
  state: z.custom<State>((value) => has(value, 'reserve', 'settle', 'take'), 'expected a state, see `redisState`').optional(),
  experiment: ExperimentSettings.optional(),
  /** A policy that decides beside the real one, recorded and not acted on. */
  shadow: z.strictObject({ name: z.string().min(1).max(128), policy: PolicySource }).optional(),
  /** The model whose price every answer is compared with in `stats()`. */
  compareWith: z.string().optional(),
  onAlert: z.custom<(alert: Alert) => void>(isFunction, 'expected a function').optional(),
  alerts: z
    .strictObject({
      failureShare: z.number().min(0).max(1).default(0.2),
      dailyUsd: z.number().min(0).nullable().default(null),
      driftIndex: z.number().positive().default(0.25),
    })
    .prefault({}),
  /** Compares requests that were run with what traffic looked like; tells `onAlert` (kind `drift`) and `stats().drift`. Default: not at all. */
  drift: z
    .strictObject({
      /** `drift.json` of a run folder, a fitted policy, or what either holds. Default: the reference the policy was fitted with. */
      reference: z
        .union([z.string().min(1), DriftReference], { error: 'expected a reference, or the path of `drift.json` or of a fitted policy' })
        .optional(),
      /** Chance that a day without a shift gives any alarm. */
      falseAlarms: z.number().gt(0).max(0.5).default(DRIFT_DEFAULTS.falseAlarms),
      /** Requests of a day, over which that chance is shared. */
      requestsPerDay: z.int().min(100).max(1_000_000_000).default(DRIFT_DEFAULTS.stream),
      /** Requests between two looks. */
      window: z.int().min(50).max(1_000_000).default(DRIFT_DEFAULTS.window),
    })
    .optional(),
  /** Default: the machine's timers. */
  timers: z.custom<Timers>((value) => has(value, 'after'), 'expected an object with `after`').optional(),
  /** Default: `Math.random`. Spreads retries; nothing secret. */
  random: z.custom<() => number>(isFunction, 'expected a function').optional(),
};
