import { LEVELS } from '../../core/default-taxonomy.ts';
import type { Model } from '../../core/models.ts';
import type { ReadyPolicy } from '../../core/policy.ts';
import type { Taxonomy } from '../../core/taxonomy.ts';
import { type Finding, finder, found } from '../data/finding.ts';

/** Models a pool should have: fewer leave nothing to choose, more are never told apart. */
const SIZE = { least: 3, most: 5 } as const;
/** A model is cheap when it costs at most this part of the policy's dearest. */
const CHEAP = 0.5;

/** What a policy that loads may still have wrong. @param where its file, as the user knows it */
export function lintPolicy(policy: ReadyPolicy, taxonomy: Taxonomy, where: string): Finding[] {
  return found([
    ...poolFindings(policy, where),
    ...evidenceFindings(policy, where),
    ...reachFindings(policy, taxonomy, where),
    ...doubtFindings(policy, where),
  ]);
}

type NamedPool = { name: string; models: Model[] };

function poolsOf({ pools, models }: ReadyPolicy): NamedPool[] {
  return Object.entries(pools).map(([name, pool]) => ({ name, models: pool.models.flatMap((id) => models.get(id) ?? []) }));
}

/** A fit that found one model best has pools of its own making. */
const isConstant = ({ fitted }: ReadyPolicy): boolean => fitted?.choice === 'constant';

/** A fit measured the models of its pool and weighs them by their outcomes: their number is no fault. */
const oddlySized = ({ fitted }: ReadyPolicy, pools: readonly NamedPool[]): NamedPool[] =>
  fitted === undefined ? pools.filter(({ models }) => models.length < SIZE.least || models.length > SIZE.most) : [];

function poolFindings(policy: ReadyPolicy, where: string): (Finding | null)[] {
  const say = finder(where);
  const pools = isConstant(policy) ? [] : poolsOf(policy);
  const outside = oddlySized(policy, pools);
  const dearest = Math.max(0, ...costsOf([...policy.models.values()]));
  const dear = pools.filter(
    ({ models }) => models.length > 1 && costsOf(models).every((cost) => cost > CHEAP * dearest) && costsOf(models).length > 0,
  );
  const unpriced = [...policy.models.values()].filter(({ price }) => price.input === null || price.output === null);
  const free = [...policy.models.values()].filter(({ price }) => price.input === 0 && price.output === 0);
  return [
    say(
      'warning',
      'pool-size',
      outside.map(({ name, models }) => `${name} has ${models.length}`),
      `# pool(s) do not have ${SIZE.least} to ${SIZE.most} models`,
      'fewer leave nothing to choose from, more cannot be told apart by any affordable test',
    ),
    say(
      'warning',
      'no-cheap-model',
      dear.map(({ name }) => name),
      '# pool(s) have no cheap model: nothing can be saved in them',
      'add one that costs at most half of the policy’s dearest',
    ),
    say(
      'warning',
      'price-unknown',
      unpriced.map(({ id }) => id),
      '# model(s) have no known price, so their cost is unknown',
      'give `price` in the policy, or run `pointsman models refresh`',
    ),
    say(
      'warning',
      'zero-price',
      free.map(({ id }) => id),
      '# model(s) cost $0',
      'true of your own machine only; a free model wins every comparison of cost',
    ),
  ];
}

/** Dollars per million tokens, input and output together, of those known. */
function costsOf(models: readonly Model[]): number[] {
  return models.flatMap(({ price }) => (price.input === null || price.output === null ? [] : [price.input + price.output]));
}

function evidenceFindings({ fitted, pools, lastResort }: ReadyPolicy, where: string): (Finding | null)[] {
  const say = finder(where);
  const measured = new Set(fitted?.models.map(({ id }) => id));
  const used = [...new Set([...Object.values(pools).flatMap(({ models }) => models), lastResort])];
  const untested = fitted === undefined ? [] : used.filter((id) => !measured.has(id));
  const priors = fitted === undefined ? [`${used.length} models`] : [];
  const assumed = fitted?.table.usd === 'MODELLED' ? ['output tokens'] : [];
  return [
    say(
      'note',
      'no-outcomes',
      priors,
      'no model was measured: quality is MODELLED from tier priors',
      'collect outcomes and fit (`pointsman fit --outcomes DIR/NAME`)',
    ),
    say(
      'warning',
      'untested',
      untested,
      '# model(s) have no outcomes beside models that have',
      'collect answers of theirs on the same questions, or take them out',
    ),
    say('note', 'modelled-cost', assumed, 'the fit assumed what nobody counted', 'record tokens, and fit again'),
  ];
}

function reachFindings(policy: ReadyPolicy, taxonomy: Taxonomy, where: string): (Finding | null)[] {
  const say = finder(where);
  const led = new Set([...policy.rules.map(({ pool }) => pool), policy.fallbackPool]);
  const unreached = isConstant(policy) ? [] : Object.keys(policy.pools).filter((pool) => !led.has(pool));
  const pooled = new Set(Object.values(policy.pools).flatMap(({ models }) => models));
  const idle = [...policy.models.keys()].filter((id) => !pooled.has(id) && id !== policy.lastResort);
  const top = LEVELS.at(-1);
  const reachable = [...led].flatMap((pool) => (pool === undefined ? [] : (policy.pools[pool]?.models ?? []))).concat(policy.lastResort);
  const cleared = reachable.some((id) => policy.models.get(id)?.clearedRisk === top);
  const providers = new Set([...policy.models.values()].map(({ provider }) => provider));
  const alone = providers.size === 1 && policy.models.size > 1 ? [...providers] : [];
  return [
    say(
      'warning',
      'nobody-cleared',
      Object.hasOwn(taxonomy, 'risk') && !cleared ? [`risk ${top}`] : [],
      'no model that rules lead to is cleared for the highest risk: such requests are refused',
      'set `clearedRisk` of a model you trust with them, or keep it so knowingly',
    ),
    say('note', 'unreached-pool', unreached, '# pool(s) have no rule that leads to them', 'they serve only calls that name them (`pool`)'),
    say('note', 'idle-model', idle, '# model(s) are in no pool', 'add them to one, or take them out'),
    say('note', 'one-provider', alone, 'every model is of one provider: when it is down, all are', 'add a model of another'),
  ];
}

function doubtFindings({ whenUnsure, qualityPrior }: ReadyPolicy, where: string): (Finding | null)[] {
  const say = finder(where);
  const down = whenUnsure.complexity === 'low' ? ['complexity: low'] : [];
  const falls = LEVELS.flatMap((level) =>
    LEVELS.slice(1).flatMap((tier, index) => {
      const below = LEVELS[index] as (typeof LEVELS)[number];
      return qualityPrior[tier][level] < qualityPrior[below][level] ? [`${tier} is worse than ${below} on ${level} requests`] : [];
    }),
  );
  return [
    say(
      'warning',
      'doubt-goes-down',
      down,
      '`whenUnsure` sends doubtful requests to the cheapest models',
      'doubt should go up: say medium or high',
    ),
    say('warning', 'prior-falls', falls, '`qualityPrior` falls with the tier', 'a dearer tier that is worse is never chosen'),
  ];
}
