import { LEVELS } from '../../core/default-taxonomy.ts';
import { groupPredictor, type Membership, namedGroups } from './groups.ts';
import type { Predictor } from './predictor.ts';
import type { OutcomeTable } from './table.ts';

/** Gold labels a table itself implies: complexity from what happened, domain from its categories. */
export type TableGold = { complexity: (string | null)[]; domain: (string | null)[] };

/** Price tier of each model, 0 cheapest: terciles by mean cost, or by list price where no cost is known; −1 for unknown prices. */
export function priceTiers(table: OutcomeTable): Int32Array {
  const worth = table.models.map((model) => {
    if (model.costKnown) return model.usd.reduce((sum, usd) => sum + usd, 0);
    const { input, output } = model.price ?? { input: null, output: null };
    return input === null || output === null ? Number.NaN : input + output;
  });
  const known = worth.flatMap((usd, index) => (Number.isNaN(usd) ? [] : [{ index, usd }])).sort((a, b) => a.usd - b.usd);
  const tiers = new Int32Array(worth.length).fill(-1);
  for (const [rank, { index }] of known.entries()) {
    tiers[index] = known.length < 3 ? (rank === 0 ? 0 : 2) : Math.floor((rank * 3) / known.length);
  }
  return tiers;
}

/** Quality from which an answer counts as a pass. */
const PASS = 0.5;

/**
 * Gold labels of a table. Complexity: the cheapest price tier that passed, i.e. whose models' mean quality on the row is at least one half;
 * high when none did. Domain: by a map from the table's categories. Null where a table has neither.
 */
export function goldOf(table: OutcomeTable, domains: Readonly<Record<string, string>>): TableGold {
  const tiers = priceTiers(table);
  const priced = tiers.some((tier) => tier >= 0);
  return {
    complexity: table.ids.map((_, row) => (priced ? (LEVELS[cheapestPassing(table, tiers, row)] ?? null) : null)),
    domain: table.categories.map((category) =>
      category !== null && Object.hasOwn(domains, category) ? (domains[category] ?? null) : null,
    ),
  };
}

function cheapestPassing({ models }: OutcomeTable, tiers: Int32Array, row: number): number {
  for (let tier = 0; tier < 2; tier++) {
    let [sum, count] = [0, 0];
    for (const [index, { quality }] of models.entries()) {
      if (tiers[index] !== tier) continue;
      sum += quality[row] as number;
      count++;
    }
    if (count > 0 && sum / count >= PASS) return tier;
  }
  return 2;
}

/** The same cells the labels of a classifier fill, filled with gold: what the table could do if every label were right. */
export function goldPredictor(table: OutcomeTable, { complexity, domain }: TableGold): Predictor | null {
  if (complexity.every((value) => value === null) && domain.every((value) => value === null)) return null;
  const both = complexity.map((level, row) => `${level ?? '–'} ${domain[row] ?? '–'}`);
  const layers: Membership[] = [namedGroups(domain), namedGroups(complexity), namedGroups(both)];
  return groupPredictor('goldLabel', table, () => layers);
}
