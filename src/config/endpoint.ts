import type { CatalogueModel, Price } from '../core/models.ts';
import type { ReadyOptions } from './schema.ts';
import { type Environment, requireKey } from './secrets.ts';

const DEFAULT_MODEL = 'openai/gpt-4.1-nano';
const MODEL_VARIABLE = 'POINTSMAN_MODEL';
const BASE_URL_VARIABLE = 'OPENAI_BASE_URL';
const KEY_VARIABLE = 'OPENAI_API_KEY';

/** Where a known provider is reached, and the variable of its key; null where none is needed. */
export type Address = { baseUrl: string; keyVariable: string | null };

/** The model that labels, and the way to it. */
export type Endpoint = {
  /** Whose endpoint it is: a provider of the catalogue, or the host's name. */
  provider: string;
  /** The name sent. */
  model: string;
  baseUrl: string;
  /** Variable that holds the key. */
  keyName: string;
  /** True for servers on this machine and others that ask for no key. */
  keyOptional: boolean;
  /** List price, null when unknown. */
  price: Price | null;
};

/**
 * Which model is asked for labels and where: options first, then the environment, then the defaults.
 * With an address of your own the model's name is sent as you wrote it; without one, `provider/name` leads to that provider.
 */
export function readEndpoint(
  llm: ReadyOptions['llm'],
  env: Environment,
  catalogue: ReadonlyMap<string, CatalogueModel>,
  presets: Readonly<Record<string, Address>>,
): Endpoint {
  const named = nonEmpty(llm.model ?? env[MODEL_VARIABLE]);
  const own = nonEmpty(llm.baseUrl ?? env[BASE_URL_VARIABLE]);
  const model = named ?? DEFAULT_MODEL;
  const price = (catalogue.get(model) ?? catalogue.get(`openai/${model}`))?.price ?? null;
  if (own !== undefined) {
    const sent = named ?? afterSlash(DEFAULT_MODEL);
    const provider = catalogue.has(`openai/${sent}`) ? 'openai' : new URL(own).hostname;
    return { provider, model: sent, baseUrl: own, keyName: llm.keyVariable ?? KEY_VARIABLE, keyOptional: isLocal(own), price };
  }
  const prefix = model.slice(0, Math.max(0, model.indexOf('/')));
  const provider = Object.hasOwn(presets, prefix) ? prefix : 'openai';
  const { baseUrl, keyVariable } = presets[provider] as Address;
  const keyName = llm.keyVariable ?? keyVariable ?? KEY_VARIABLE;
  return { provider, model: provider === prefix ? afterSlash(model) : model, baseUrl, keyName, keyOptional: keyVariable === null, price };
}

/**
 * The key of an endpoint, or undefined where it may go without one.
 *
 * @throws RouterError `provider.missing-key` naming the variable
 */
export function readKey(given: string | undefined, { keyName, keyOptional }: Endpoint, env: Environment): string | undefined {
  if (keyOptional && given === undefined && nonEmpty(env[keyName]) === undefined) return undefined;
  return requireKey(given, keyName, env);
}

const afterSlash = (model: string): string => model.slice(model.indexOf('/') + 1);

/** An empty variable is one that is not set. */
const nonEmpty = (text: string | undefined): string | undefined => (text === undefined || text.trim() === '' ? undefined : text.trim());

function isLocal(address: string): boolean {
  const { hostname } = new URL(address);
  return hostname === 'localhost' || hostname === '[::1]' || /^127\./.test(hostname);
}
