import type { CatalogueModel, Price } from '../core/models.ts';
import type { ReadyOptions } from './schema.ts';
import { type Environment, requireKey } from './secrets.ts';

export const DEFAULT_MODEL = 'openai/gpt-4.1-nano';
export const MODEL_VARIABLE = 'POINTSMAN_MODEL';
const BASE_URL_VARIABLE = 'OPENAI_BASE_URL';

/** Where a known provider is reached, and the variable of its key; null where none is needed. */
export type Address = { baseUrl: string; keyVariable: string | null };

/** The model that labels, and the way to it. */
export type Endpoint = {
  /** `provider/name` where the catalogue knows it, else the name as given. */
  id: string;
  wireName: string;
  baseUrl: string;
  apiKey: string | undefined;
  keyName: string;
  /** List price, null when unknown. */
  price: Price | null;
};

/**
 * Which model is asked for labels and where: options first, then the environment, then the defaults.
 * With an address of your own the model's name is sent as you wrote it; without one, `provider/name` leads to that provider.
 *
 * @throws RouterError `provider.missing-key` naming the variable; servers on this machine may go without a key
 */
export function readEndpoint(
  llm: ReadyOptions['llm'],
  env: Environment,
  catalogue: ReadonlyMap<string, CatalogueModel>,
  presets: Readonly<Record<string, Address>>,
): Endpoint {
  const named = nonEmpty(llm.model ?? env[MODEL_VARIABLE]);
  const model = named ?? DEFAULT_MODEL;
  const own = nonEmpty(llm.baseUrl ?? env[BASE_URL_VARIABLE]);
  const slash = model.indexOf('/');
  const preset = own === undefined ? presets[model.slice(0, Math.max(0, slash))] : undefined;
  const { baseUrl, keyVariable } = own === undefined ? (preset ?? openai(presets)) : { baseUrl: own, keyVariable: 'OPENAI_API_KEY' };
  const isShort = preset !== undefined || named === undefined;
  const keyName = llm.keyVariable ?? keyVariable ?? 'OPENAI_API_KEY';
  const known = catalogue.get(model) ?? catalogue.get(`openai/${model}`);
  return {
    id: known?.id ?? model,
    wireName: isShort ? model.slice(slash + 1) : model,
    baseUrl,
    apiKey: keyFor(llm.apiKey, keyName, env, keyVariable === null || isLocal(baseUrl)),
    keyName,
    price: known?.price ?? null,
  };
}

const openai = (presets: Readonly<Record<string, Address>>): Address =>
  presets.openai ?? { baseUrl: 'https://api.openai.com/v1', keyVariable: 'OPENAI_API_KEY' };

/** An empty variable is one that is not set. */
const nonEmpty = (text: string | undefined): string | undefined => (text === undefined || text.trim() === '' ? undefined : text.trim());

function keyFor(given: string | undefined, variable: string, env: Environment, optional: boolean): string | undefined {
  if (optional && given === undefined && nonEmpty(env[variable]) === undefined) return undefined;
  return requireKey(given, variable, env);
}

function isLocal(address: string): boolean {
  const { hostname } = new URL(address);
  return hostname === 'localhost' || hostname === '[::1]' || /^127\./.test(hostname);
}
