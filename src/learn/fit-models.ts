import { LEVELS } from '../core/default-taxonomy.ts';
import { MODEL_ID, type PolicyModel } from '../core/models.ts';
import { priceTiers } from '../eval/table/gold.ts';
import type { OutcomeTable } from '../eval/table/table.ts';

/** Models of a table as a policy names them. */
export type ModelSource = {
  /** Models of an existing policy, by id or by name after the slash: their judgements (tier, clearance, regions) are kept. */
  known: readonly PolicyModel[];
  /** Catalogue ids: a bare name that ends exactly one of them is taken for it. */
  catalogue: readonly string[];
};

/** Provider given to models nobody else names. */
const NO_PROVIDER = 'outcomes';

/**
 * The table's models for a policy. What nothing is known about is answered with caution (text only), but for risk: a table says nothing of
 * clearance, and refusing would not be what was fitted, so such models are cleared and the finding says so.
 */
export function policyModels(table: OutcomeTable, { known, catalogue }: ModelSource): PolicyModel[] {
  const tiers = priceTiers(table);
  return table.models.map(({ name, price }, index) => {
    const own = known.find(({ id }) => id === name) ?? only(known.filter(({ id }) => endsWith(id, name)));
    if (own !== undefined) return own;
    const id = idOf(name, catalogue);
    const tier = LEVELS[tiers[index] ?? -1] ?? 'medium';
    const figures = { input: price?.input ?? null, output: price?.output ?? null, cachedInput: null, reasoning: null };
    const common = { id, tier, clearedRisk: 'high' as const, ...EMPTY, price: figures };
    if (catalogue.includes(id)) return common;
    const wireName = name === id.slice(id.indexOf('/') + 1) ? {} : { wireName: name };
    return { ...common, ...wireName, abilities: TEXT_ONLY };
  });
}

const EMPTY = { regions: [], languages: [], userTiers: [], cancelStopsBilling: true };
const TEXT_ONLY = { tools: false, images: false, audio: false, files: false, structuredOutput: null, reasoning: false };

function idOf(name: string, catalogue: readonly string[]): string {
  if (MODEL_ID.test(name)) return name;
  return (
    only(catalogue.filter((id) => endsWith(id, name))) ??
    `${NO_PROVIDER}/${name.replace(/[^A-Za-z0-9._:@/-]/g, '-').replace(/^[^A-Za-z0-9]+/, '') || 'model'}`
  );
}

const endsWith = (id: string, name: string): boolean => id.slice(id.indexOf('/') + 1) === name;
const only = <T>(items: readonly T[]): T | undefined => (items.length === 1 ? items[0] : undefined);
