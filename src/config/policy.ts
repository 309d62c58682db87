import { z } from 'zod';
import { canonicalJson } from '../core/canonical.ts';
import { failWithProblems, type Problem, RouterError } from '../core/errors.ts';
import { Catalogue, type CatalogueModel, type Model, type PolicyModel } from '../core/models.ts';
import { Policy, type PolicyInput, type ReadyPolicy } from '../core/policy.ts';
import { problemsOf } from '../core/problems.ts';
import { axisValues, type Taxonomy } from '../core/taxonomy.ts';
import { checkJson, contentHash, packageFile, readJsonFile } from './files.ts';

export const DEFAULT_POLICY_FILE = 'datasets/policies/default.json';
export const CATALOGUE_FILE = 'datasets/models.json';

/** More than this many dollars per million tokens is taken for a price per thousand or per token gone wrong. */
const IMPLAUSIBLE_USD = 2_000;

/**
 * A policy ready to decide with: checked against schema, taxonomy and catalogue, every problem listed at once.
 *
 * @param source a file path, or a policy object
 * @throws RouterError `policy.invalid` listing every problem with its path
 */
export function loadPolicy(
  source: string | PolicyInput | undefined,
  taxonomy: Taxonomy,
  catalogueFile = packageFile(CATALOGUE_FILE),
): ReadyPolicy {
  const { policy, unknownKeys, subject } = readPolicy(source);
  const catalogue = loadCatalogue(catalogueFile);
  const models = new Map(policy.models.map((model) => [model.id, completeModel(model, catalogue)]));
  const problems = [...unknownKeys, ...modelProblems(policy, models), ...poolProblems(policy), ...ruleProblems(policy, taxonomy)];
  if (problems.length > 0)
    failWithProblems(
      'policy.invalid',
      subject,
      problems,
      'mend the paths named above; `pointsman route "hello" --policy FILE` checks a policy file',
    );
  return { ...policy, models: models as ReadonlyMap<string, Model>, hash: contentHash(canonicalJson(policy)) };
}

export function loadCatalogue(file = packageFile(CATALOGUE_FILE)): ReadonlyMap<string, CatalogueModel> {
  const { value } = readJsonFile(file, Catalogue, 'input.invalid');
  return new Map(value.models.map((model) => [model.id, model]));
}

type Read = { policy: Policy; unknownKeys: Problem[]; subject: string };

function readPolicy(source: string | PolicyInput | undefined): Read {
  if (typeof source === 'object') return { ...withoutUnknownKeys(source, 'policy'), subject: 'policy' };
  const file = source ?? packageFile(DEFAULT_POLICY_FILE);
  const { value } = readJsonFile(file, z.unknown(), 'policy.invalid');
  return { ...withoutUnknownKeys(value, file), subject: `\`${file}\`` };
}

/** Misspelt keys do not hide what else is wrong: they are set aside, and listed with the rest. */
function withoutUnknownKeys(value: unknown, subject: string): Omit<Read, 'subject'> {
  const { error } = Policy.safeParse(value);
  const misspelt = error?.issues.every(({ code }) => code === 'unrecognized_keys') === true;
  if (error === undefined || !misspelt) return { policy: checkJson(value, Policy, subject, 'policy.invalid'), unknownKeys: [] };
  const rest: unknown = JSON.parse(JSON.stringify(value));
  for (const issue of error.issues) {
    const holder = issue.path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown>)[key], rest);
    if (issue.code === 'unrecognized_keys') for (const key of issue.keys) delete (holder as Record<string, unknown>)[key];
  }
  return { policy: checkJson(rest, Policy, subject, 'policy.invalid'), unknownKeys: problemsOf(error, value, subject, Policy) };
}

/** The catalogue fills in what the policy does not say; a model it does not know must say everything. */
function completeModel(model: PolicyModel, catalogue: ReadonlyMap<string, CatalogueModel>): Model | null {
  const known = catalogue.get(model.id);
  const price = model.price ?? known?.price;
  const abilities = model.abilities ?? known?.abilities;
  if (price === undefined || abilities === undefined) return null;
  const slash = model.id.indexOf('/');
  return {
    ...model,
    price,
    abilities,
    provider: model.provider ?? model.id.slice(0, slash),
    wireName: model.wireName ?? model.id.slice(slash + 1),
    contextTokens: model.contextTokens ?? known?.contextTokens ?? null,
    maxOutputTokens: model.maxOutputTokens ?? known?.maxOutputTokens ?? null,
  };
}

function modelProblems(policy: Policy, models: ReadonlyMap<string, Model | null>): Problem[] {
  const problems: Problem[] = [];
  const seen = new Set<string>();
  for (const [index, { id }] of policy.models.entries()) {
    const where = `models.${index}.id`;
    if (seen.has(id)) problems.push({ where, message: `duplicate model \`${id}\`` });
    seen.add(id);
    const model = models.get(id);
    if (model === null)
      problems.push({
        where,
        message: `\`${id}\` is not in the catalogue: give \`price\` and \`abilities\` here, or run \`pointsman models refresh\``,
      });
    else if (model !== undefined) problems.push(...priceProblems(`models.${index}.price`, model, policy));
  }
  if (!seen.has(policy.lastResort)) problems.push({ where: 'lastResort', message: `unknown model \`${policy.lastResort}\`` });
  return problems;
}

function priceProblems(where: string, { id, price }: Model, policy: Policy): Problem[] {
  const unknown = price.input === null || price.output === null;
  if (unknown && policy.budgets.length > 0) return [{ where, message: `\`${id}\` has no known price, and a budget applies: give one` }];
  const most = Math.max(price.input ?? 0, price.output ?? 0);
  return most > IMPLAUSIBLE_USD
    ? [{ where, message: `$${most} per million tokens is implausible: prices are dollars per million tokens` }]
    : [];
}

function poolProblems(policy: Policy): Problem[] {
  const known = new Set(policy.models.map(({ id }) => id));
  return Object.entries(policy.pools).flatMap(([pool, { models }]) =>
    models.flatMap((id, index) => {
      const where = `pools.${pool}.models.${index}`;
      if (!known.has(id)) return [{ where, message: `unknown model \`${id}\`` }];
      return models.indexOf(id) < index ? [{ where, message: `duplicate model \`${id}\`` }] : [];
    }),
  );
}

function ruleProblems(policy: Policy, taxonomy: Taxonomy): Problem[] {
  const problems: Problem[] = [];
  for (const [index, { pool, when }] of policy.rules.entries()) {
    if (!Object.hasOwn(policy.pools, pool)) problems.push({ where: `rules.${index}.pool`, message: `unknown pool \`${pool}\`` });
    for (const [axis, values] of Object.entries(when.label ?? {}))
      problems.push(...axisProblems(`rules.${index}.when.label.${axis}`, axis, values, taxonomy));
  }
  if (policy.fallbackPool !== undefined && !Object.hasOwn(policy.pools, policy.fallbackPool))
    problems.push({ where: 'fallbackPool', message: `unknown pool \`${policy.fallbackPool}\`` });
  const last = policy.rules.at(-1);
  if (last !== undefined && Object.keys(last.when).length > 0)
    problems.push({ where: 'rules', message: 'the last rule must match everything (`"when": {}`), so that every label has a pool' });
  for (const [axis, value] of Object.entries(policy.whenUnsure))
    problems.push(...axisProblems(`whenUnsure.${axis}`, axis, [value], taxonomy));
  for (const axis of Object.keys(policy.sureAt)) problems.push(...axisProblems(`sureAt.${axis}`, axis, [], taxonomy));
  return problems;
}

function axisProblems(where: string, axis: string, values: readonly string[], taxonomy: Taxonomy): Problem[] {
  const definition = taxonomy[axis];
  if (definition === undefined)
    return [{ where, message: `unknown axis \`${axis}\`: expected one of ${Object.keys(taxonomy).join(', ')}` }];
  const allowed = axisValues(definition);
  return values
    .filter((value) => !allowed.includes(value))
    .map((value) => ({ where, message: `unknown value \`${value}\`: expected one of ${allowed.join(', ')}` }));
}

/** The shipped policy names default axes; a router with its own taxonomy must bring its own policy. */
export function requireOwnPolicy(taxonomy: Taxonomy): RouterError {
  return new RouterError('policy.invalid', `the shipped policy does not fit a taxonomy of ${Object.keys(taxonomy).join(', ')}`, {
    where: 'policy',
    advice: 'pass `policy` with rules over your own axes',
  });
}
