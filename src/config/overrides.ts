import { z } from 'zod';
import type { CompleteOptions } from '../complete.ts';
import type { RouteOverrides } from '../core/decision.ts';
import { ObjectiveName } from '../core/policy.ts';
import { checkJson } from './files.ts';

const name = z.string().min(1).max(256);

/** The shape of one call's options; names of pools, models and axes are checked against the policy when deciding. */
const Overrides = z.strictObject({
  pool: name.optional(),
  candidates: z.array(name).min(1).max(100).optional(),
  tier: z.enum(['low', 'medium', 'high']).optional(),
  model: name.optional(),
  minQuality: z.number().min(0).max(1).optional(),
  maxUsd: z.number().min(0).max(1_000_000).optional(),
  objective: ObjectiveName.optional(),
  fallback: z.enum(['ranked', 'listed']).optional(),
  region: name.optional(),
  userTier: name.optional(),
  user: name.optional(),
  tenant: name.optional(),
  unavailable: z.record(name, z.string()).optional(),
});

/**
 * Options of one call, checked: a misspelt one is an error, not a silent no-op.
 *
 * @throws RouterError `options.invalid` listing every problem
 */
export function readOverrides(overrides: unknown): RouteOverrides {
  if (overrides === undefined) return {};
  const read = checkJson(overrides, Overrides, 'overrides', 'options.invalid');
  return Object.fromEntries(Object.entries(read).filter(([, value]) => value !== undefined)) as RouteOverrides;
}

const isFunction = (value: unknown): boolean => typeof value === 'function';
const check = z.union([z.enum(['schema', 'not-refused']), z.custom<NonNullable<CompleteOptions['accept']>>(isFunction)], {
  error: 'expected `schema`, `not-refused` or a function',
});

const Completing = Overrides.extend({
  signal: z.instanceof(AbortSignal).optional(),
  deadlineMs: z.int().min(1).max(3_600_000).optional(),
  accept: z.union([check, z.array(check).min(1)]).optional(),
  conversation: name.optional(),
});

/**
 * Options of one completed request, checked likewise.
 *
 * @throws RouterError `options.invalid` listing every problem
 */
export function readCompleteOptions(options: unknown): CompleteOptions {
  if (options === undefined) return {};
  const read = checkJson(options, Completing, 'options', 'options.invalid');
  return Object.fromEntries(Object.entries(read).filter(([, value]) => value !== undefined)) as CompleteOptions;
}
