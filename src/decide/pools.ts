import type { DecisionInput } from '../core/decision.ts';
import { RouterError } from '../core/errors.ts';
import type { Facts } from '../core/facts.ts';
import type { Condition, ReadyPolicy } from '../core/policy.ts';
import { plausibleLabels } from './plausible.ts';

/** The pools a request may be served from, likeliest first, and their models in listed order without repeats. */
export type Reach = { pools: string[]; models: string[] };

/** Overrides first (`model`, `candidates`, `pool`), then the rules over every plausible label. */
export function reachOf(input: DecisionInput, policy: ReadyPolicy): Reach {
  const { model, candidates, pool } = input.overrides ?? {};
  if (model !== undefined) return { pools: [], models: [knownModel(model, policy)] };
  if (candidates !== undefined) return { pools: [], models: [...new Set(candidates.map((id) => knownModel(id, policy)))] };
  const pools = pool === undefined ? poolsByRules(input, policy) : [knownPool(pool, policy)];
  return { pools, models: [...new Set(pools.flatMap((name) => policy.pools[name]?.models ?? []))] };
}

function poolsByRules(input: DecisionInput, policy: ReadyPolicy): string[] {
  const tier = input.overrides?.tier;
  const combinations = plausibleLabels(input.label, policy).map(({ values }) =>
    tier === undefined ? values : { ...values, complexity: tier },
  );
  const pools = combinations.flatMap((values) => policy.rules.find((rule) => holds(rule.when, values, input.facts))?.pool ?? []);
  return [...new Set(pools)];
}

/** Whether every named condition of a rule holds. */
export function holds(when: Condition, values: Readonly<Record<string, string>>, facts: Facts): boolean {
  for (const [axis, accepted] of Object.entries(when.label ?? {})) if (!accepted.includes(values[axis] ?? '')) return false;
  return (
    (when.language?.includes(facts.language) ?? true) &&
    (when.script?.includes(facts.script) ?? true) &&
    facts.characters >= (when.minCharacters ?? 0) &&
    facts.characters <= (when.maxCharacters ?? Number.POSITIVE_INFINITY) &&
    facts.inputTokens >= (when.minInputTokens ?? 0) &&
    facts.userTurns >= (when.minUserTurns ?? 0) &&
    same(when.tools, facts.tools > 0) &&
    same(when.images, facts.images > 0) &&
    same(when.responseSchema, facts.responseSchema) &&
    same(when.codeBlock, facts.codeBlock)
  );
}

const same = (wanted: boolean | undefined, found: boolean): boolean => wanted === undefined || wanted === found;

function knownModel(id: string, policy: ReadyPolicy): string {
  if (policy.models.has(id)) return id;
  throw new RouterError('policy.unknown-model', `model \`${id.slice(0, 100)}\` is not in policy \`${policy.name}\``, {
    where: 'overrides',
    advice: `use one of: ${[...policy.models.keys()].slice(0, 12).join(', ')}`,
  });
}

function knownPool(name: string, policy: ReadyPolicy): string {
  if (Object.hasOwn(policy.pools, name)) return name;
  throw new RouterError('options.invalid', `pool \`${name.slice(0, 100)}\` is not in policy \`${policy.name}\``, {
    where: 'overrides.pool',
    advice: `use one of: ${Object.keys(policy.pools).join(', ')}`,
  });
}
