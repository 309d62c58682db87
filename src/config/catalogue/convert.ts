import { failWithProblems, type Problem, RouterError } from '../../core/errors.ts';
import { Catalogue, type CatalogueModel, MODEL_ID } from '../../core/models.ts';
import { litellmModels } from './litellm.ts';
import { modelsDevModels } from './models-dev.ts';

/** A price list as read, before choosing what to keep. */
export type PriceList = { source: 'models.dev' | 'litellm'; licence: string; models: CatalogueModel[] };

/**
 * The models of a price list in either format: models.dev's `api.json` or LiteLLM's `model_prices_and_context_window.json`.
 * A price that is not there stays null. Entries that are not chat models are left out.
 *
 * @throws RouterError `input.unreadable` when it is neither format, `input.invalid` when a price cannot be one
 */
export function readPriceList(json: unknown, where: string): PriceList {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw unknownFormat(where);
  const entries = Object.entries(json as Record<string, unknown>).filter(([, value]) => typeof value === 'object' && value !== null);
  const isModelsDev = entries.some(([, value]) => 'models' in (value as object));
  const isLitellm = entries.some(([, value]) => 'litellm_provider' in (value as object));
  if (!isModelsDev && !isLitellm) throw unknownFormat(where);
  const models = isModelsDev ? modelsDevModels(entries) : litellmModels(entries);
  refuseImplausible(models, where);
  return { source: isModelsDev ? 'models.dev' : 'litellm', licence: 'MIT', models };
}

/** The catalogue file of some providers' models, sorted by id. */
export function catalogueOf(list: PriceList, providers: readonly string[] | 'all', date: string): Catalogue {
  const kept = list.models.filter(({ id }) => MODEL_ID.test(id) && (providers === 'all' || providers.includes(providerOf(id))));
  const unique = new Map(kept.map((model) => [model.id, model]));
  const models = [...unique.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  if (models.length === 0)
    throw new RouterError('input.invalid', 'the price list has no model of the providers asked for', {
      where: '--providers',
      advice: `name some of ${[...new Set(list.models.map(({ id }) => providerOf(id)))].sort().slice(0, 40).join(', ')}`,
    });
  return Catalogue.parse({ schemaVersion: 1, source: list.source, licence: list.licence, date, models });
}

export const providerOf = (id: string): string => id.slice(0, id.indexOf('/'));

/** Far above any list price: a figure per thousand or per token taken for one per million. */
const MOST_USD = 10_000;

function refuseImplausible(models: readonly CatalogueModel[], where: string): void {
  const problems: Problem[] = [];
  for (const { id, price } of models) {
    for (const [kind, usd] of Object.entries(price)) {
      if (usd !== null && (usd < 0 || usd > MOST_USD))
        problems.push({ where: id, message: `$${usd} per million ${kind} tokens cannot be a price` });
    }
  }
  if (problems.length > 0)
    failWithProblems('input.invalid', `\`${where}\``, problems, 'report it to the list, or refresh from the other one');
}

function unknownFormat(where: string): RouterError {
  return new RouterError('input.unreadable', `\`${where}\` is neither models.dev's nor LiteLLM's price list`, {
    where,
    advice: 'use `--from models.dev`, `--from litellm`, or a copy of either file',
  });
}
