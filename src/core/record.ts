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
    })
    .nullable(),
  ms: z.strictObject({ classify: z.number(), decide: z.number(), total: z.number() }),
});
export type RouteRecord = z.infer<typeof RouteRecord>;
