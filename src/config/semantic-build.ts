import { readExamples } from '../classify/semantic/examples.ts';
import type { Embedder } from '../core/contracts.ts';
import { PRESETS } from '../providers/presets.ts';
import { type Endpoint, type EndpointSettings, readEndpoint, readKey } from './endpoint.ts';
import { loadCatalogue } from './policy.ts';
import type { ReadyOptions } from './schema.ts';
import type { Environment } from './secrets.ts';
import type { EmbedderSettings, SemanticSettings } from './semantic-schema.ts';

const MODEL = { variable: 'POINTSMAN_EMBEDDING_MODEL', name: 'openai/text-embedding-3-small' } as const;

/** What `semantic` is told at the start, checked: which axes it scores, what it asks, and what that costs. */
export type SemanticPlan = {
  /** Axes with examples. */
  axes: ReadonlySet<string>;
  settings: SemanticSettings;
  loadEmbedder: () => Promise<Embedder>;
  usdPerMillionTokens: number | null;
};

/** @throws RouterError `options.invalid` for examples that cannot teach, `provider.missing-key` naming the variable */
export function semanticPlan(options: ReadyOptions, env: Environment): SemanticPlan {
  const settings = options.semantic;
  const axes = new Set(readExamples(settings.examples, options.taxonomy).map(({ axis }) => axis));
  const given = settings.embedder;
  if (isEmbedder(given)) return { axes, settings, loadEmbedder: async () => given, usdPerMillionTokens: null };
  const endpoint = embeddingEndpoint(options, given, env);
  const apiKey = readKey(given.apiKey, endpoint, env, 'semantic.embedder.apiKey');
  const loadEmbedder = async () => endpointEmbedder(endpoint, given, apiKey, options.fetch);
  return { axes, settings, loadEmbedder, usdPerMillionTokens: given.usdPerMillionTokens ?? endpoint.price?.input ?? null };
}

/** The embedding model that would be asked, whether or not its key is there. */
export function embeddingEndpoint({ catalogue }: Pick<ReadyOptions, 'catalogue'>, given: EndpointSettings, env: Environment): Endpoint {
  return readEndpoint(given, env, catalogue === undefined ? loadCatalogue() : loadCatalogue(catalogue), PRESETS, MODEL);
}

const isEmbedder = (given: Embedder | EmbedderSettings): given is Embedder => 'embed' in given;

async function endpointEmbedder(
  { provider: name, model, baseUrl, keyName }: Endpoint,
  { dimensions, batch }: EmbedderSettings,
  apiKey: string | undefined,
  fetch: ReadyOptions['fetch'],
): Promise<Embedder> {
  const { openaiEmbedder } = await import('../providers/embeddings.ts');
  return openaiEmbedder({ name, model, baseUrl, keyName, apiKey, dimensions, batch, fetch });
}
