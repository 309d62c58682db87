import { isRouterError } from '../core/errors.ts';
import type { CatalogueModel, Price } from '../core/models.ts';
import { type Environment, requireKey } from './secrets.ts';

/** The variable that names a model, and the one taken when nobody does. */
export type ModelDefault = { variable: string; name: string };

const LABELLING_MODEL: ModelDefault = { variable: 'POINTSMAN_MODEL', name: 'openai/gpt-4.1-nano' };
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

/** Where a caller wants a model to be looked for. */
export type EndpointSettings = { model?: string | undefined; baseUrl?: string | undefined; keyVariable?: string | undefined };

/**
 * Which model is asked and where: options first, then the environment, then the defaults.
 * With an address of your own the model's name is sent as you wrote it; without one, `provider/name` leads to that provider.
 */
export function readEndpoint(
  given: EndpointSettings,
  env: Environment,
  catalogue: ReadonlyMap<string, CatalogueModel>,
  presets: Readonly<Record<string, Address>>,
  otherwise: ModelDefault = LABELLING_MODEL,
): Endpoint {
  const named = nonEmpty(given.model ?? env[otherwise.variable]);
  const own = nonEmpty(given.baseUrl ?? env[BASE_URL_VARIABLE]);
  const model = named ?? otherwise.name;
  const price = (catalogue.get(model) ?? catalogue.get(`openai/${model}`))?.price ?? null;
  if (own !== undefined) {
    const sent = named ?? afterSlash(otherwise.name);
    const provider = catalogue.has(`openai/${sent}`) ? 'openai' : new URL(own).hostname;
    return { provider, model: sent, baseUrl: own, keyName: given.keyVariable ?? KEY_VARIABLE, keyOptional: isLocal(own), price };
  }
  const prefix = model.slice(0, Math.max(0, model.indexOf('/')));
  const provider = Object.hasOwn(presets, prefix) ? prefix : 'openai';
  const { baseUrl, keyVariable } = presets[provider] as Address;
  const keyName = given.keyVariable ?? keyVariable ?? KEY_VARIABLE;
  return { provider, model: provider === prefix ? afterSlash(model) : model, baseUrl, keyName, keyOptional: keyVariable === null, price };
}

/**
 * The key of an endpoint, or undefined where it may go without one.
 *
 * @throws RouterError `provider.missing-key` naming the variable
 */
export function readKey(
  given: string | undefined,
  { keyName, keyOptional }: Endpoint,
  env: Environment,
  option = 'llm.apiKey',
): string | undefined {
  if (keyOptional && given === undefined && nonEmpty(env[keyName]) === undefined) return undefined;
  return requireKey(given, keyName, env, option);
}

/** The key an endpoint lacks, as a sentence with the variable's name; null when it can be asked. */
export function missingKey(endpoint: Endpoint, env: Environment = {}, given?: string): string | null {
  try {
    readKey(given, endpoint, env);
    return null;
  } catch (error) {
    return isRouterError(error) ? error.message.replaceAll('`', '') : endpoint.keyName;
  }
}

/** A cap on money means nothing where no price is known, unless the endpoint asks for no key and so for no money. */
export function missingPrice({ price, keyOptional, provider, model }: Endpoint): string | null {
  if (keyOptional || (price !== null && price.input !== null && price.output !== null)) return null;
  return `a price of ${provider}/${model} in the catalogue (--catalogue FILE): none is known, so --max-usd could not hold`;
}

const afterSlash = (model: string): string => model.slice(model.indexOf('/') + 1);

/** An empty variable is one that is not set. */
const nonEmpty = (text: string | undefined): string | undefined => (text === undefined || text.trim() === '' ? undefined : text.trim());

function isLocal(address: string): boolean {
  const { hostname } = new URL(address);
  return hostname === 'localhost' || hostname === '[::1]' || /^127\./.test(hostname);
}
