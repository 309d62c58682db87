import { z } from 'zod';

const Tokens = z.strictObject({
  input: z.number().nullable(),
  cachedInput: z.number().nullable(),
  output: z.number().nullable(),
  reasoning: z.number().nullable(),
});

/** One line per routed request. The text itself is stored only when asked for; its hash always. */
export const RouteRecord = z.strictObject({
  schemaVersion: z.literal(1),
  requestId: z.string(),
  /** ISO time of the decision. */
  at: z.string(),
  textHash: z.string(),
  text: z.string().optional(),
  label: z.record(z.string(), z.strictObject({ value: z.string(), confidence: z.number(), unsure: z.string().nullable() })),
  classifier: z.strictObject({
    name: z.string(),
    model: z.string().nullable(),
    promptHash: z.string().nullable(),
    usd: z.number().nullable(),
  }),
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  policyHash: z.string(),
  decision: z.enum(['chosen', 'refused']),
  model: z.string().nullable(),
  fallbacks: z.array(z.string()),
  why: z.string(),
  skipped: z.array(z.strictObject({ model: z.string(), reason: z.string(), detail: z.string() })),
  estimateUsd: z.number().nullable(),
  /** Filled when the request was run; null when only routed. */
  executed: z
    .strictObject({
      model: z.string().nullable(),
      attempts: z.array(z.record(z.string(), z.unknown())),
      tokens: Tokens.nullable(),
      usd: z.number().nullable(),
      finish: z.string(),
      /** Milliseconds from the start of the run to the first byte of the answer, and to its end. */
      firstByteMs: z.number().nullable(),
      ms: z.number(),
      flags: z.array(z.string()),
    })
    .nullable(),
  /** How the decision came about, when it was not made afresh: `reused` and `rerouted` within a tool loop, `pinned` by a conversation. */
  turn: z.enum(['new', 'reused', 'rerouted', 'pinned']).optional(),
  experiment: z.strictObject({ name: z.string(), arm: z.string(), diverted: z.boolean() }).optional(),
  /** What another policy would have done; it was not done. */
  shadow: z.strictObject({ name: z.string(), model: z.string().nullable(), why: z.string() }).optional(),
  ms: z.strictObject({ classify: z.number(), decide: z.number(), total: z.number() }),
});
export type RouteRecord = z.infer<typeof RouteRecord>;

/** What became of an answer, as told by `router.feedback`; kept beside the records and joined to them by `requestId`. */
export const Feedback = z.strictObject({
  kind: z.literal('feedback'),
  requestId: z.string().min(1).max(256),
  /** 0 is useless, 1 is right. */
  score: z.number().min(0).max(1),
  comment: z.string().max(2_000).optional(),
  /** ISO time. */
  at: z.string(),
});
export type Feedback = z.infer<typeof Feedback>;
