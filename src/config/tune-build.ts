import { randomBytes } from 'node:crypto';
import { usdOfUsage } from '../classify/cost.ts';
import { emptyPrompt, fewShotLine, promptTokens } from '../classify/head.ts';
import { asData } from '../classify/message.ts';
import type { Provider, ProviderAnswer } from '../core/contracts.ts';
import { defaultTaxonomy } from '../core/default-taxonomy.ts';
import { isRouterError } from '../core/errors.ts';
import type { TokenUsage } from '../core/label.ts';
import type { Price } from '../core/models.ts';
import type { Taxonomy } from '../core/taxonomy.ts';
import { type FewShot, loadPrompt, type Prompt, parsePrompt } from '../prompts/load.ts';
import { PRESETS } from '../providers/presets.ts';
import { type Endpoint, missingKey, missingPrice, readEndpoint, readKey } from './endpoint.ts';
import { contentHash, readTextFile } from './files.ts';
import { loadCatalogue } from './policy.ts';
import { type RouterOptions, readOptions } from './schema.ts';

/** The strong model asked when nobody names one. */
const REFLECTION_MODEL = { variable: 'POINTSMAN_REFLECT_MODEL', name: 'openai/gpt-4.1' } as const;
/** No text takes more tokens than half its bytes, near enough: the worst case for money put aside. */
const BYTES_PER_TOKEN = 2;
const REFLECT_MS = 120_000;

/** What a prompt is to the run time, in figures. */
export type PromptFigures = { hash: string; tokens: number; bytes: number; maxOutputTokens: number; fewShots: readonly FewShot[] };

/**
 * A prompt's text checked as the run time would, and measured without a request.
 *
 * @throws RouterError `prompt.invalid`
 */
export async function inspectPrompt(text: string, where: string, taxonomy: Taxonomy = defaultTaxonomy): Promise<PromptFigures> {
  const prompt = await parsePrompt(text, where);
  for (const shot of prompt.fewshots) fewShotLine(shot, taxonomy, where);
  const { hash, maxOutputTokens, fewshots } = prompt;
  return {
    hash,
    tokens: promptTokens(prompt, taxonomy),
    bytes: Buffer.byteLength(emptyPrompt(prompt, taxonomy).join('\n')),
    maxOutputTokens,
    fewShots: fewshots,
  };
}

function worstUsd({ price, keyOptional }: Endpoint, inputTokens: number, outputTokens: number): number | null {
  if (price === null || price.input === null || price.output === null) return keyOptional ? 0 : null;
  return (inputTokens * price.input + outputTokens * price.output) / 1_000_000;
}

/** The strong model, ready to be asked. */
export type BuiltReflector = {
  model: string;
  version: string;
  worstUsd(question: unknown): number | null;
  missing: string | null;
  ask(question: object, signal?: AbortSignal): Promise<{ content: string; model: string; usage: TokenUsage; usd: number | null }>;
};

/**
 * The model that reflects on errors: `provider/name`, else what `POINTSMAN_REFLECT_MODEL` names.
 *
 * @param promptFile what it is told, such as `prompts/reflect.md`
 *
 * @throws RouterError `prompt.invalid` when the file is damaged
 */
export async function buildReflector(
  given: RouterOptions<Taxonomy>,
  model: string | undefined,
  promptFile: string,
): Promise<BuiltReflector> {
  const options = readOptions(given);
  const env = options.env ?? process.env;
  const catalogue = options.catalogue === undefined ? loadCatalogue() : loadCatalogue(options.catalogue);
  const endpoint = readEndpoint({ ...options.llm, model }, env, catalogue, PRESETS, REFLECTION_MODEL);
  const prompt = await loadPrompt(promptFile);
  const head = Buffer.byteLength(readTextFile(promptFile));
  const { provider: name, model: wire, baseUrl, keyName, price } = endpoint;
  let provider: Provider | undefined;
  const openProvider = async (): Promise<Provider> => {
    const { openaiProvider } = await import('../providers/openai.ts');
    return openaiProvider({ name, baseUrl, keyName, apiKey: readKey(options.llm.apiKey, endpoint, env), fetch: options.fetch });
  };
  return {
    model: `${name}/${wire}`,
    version: contentHash(`${prompt.hash} ${name}/${wire}`),
    missing: missingKey(endpoint, env, options.llm.apiKey) ?? missingPrice(endpoint),
    worstUsd: (question) =>
      worstUsd(endpoint, (head + Buffer.byteLength(asData(question as object))) / BYTES_PER_TOKEN, prompt.maxOutputTokens),
    async ask(question, signal) {
      provider ??= await openProvider();
      const answer = await askOnce(provider, wire, prompt, question, signal);
      return {
        content: answer.completion.choices[0]?.message.content ?? '',
        model: answer.model,
        usage: answer.usage,
        usd: usdOf(price, answer),
      };
    },
  };
}

const usdOf = (price: Price | null, { usage }: ProviderAnswer): number | null => usdOfUsage(price, usage);

/** Newer models take the one name of the output limit, older endpoints the other. */
async function askOnce(provider: Provider, model: string, prompt: Prompt, question: object, signal?: AbortSignal): Promise<ProviderAnswer> {
  const boundary = randomBytes(16).toString('hex');
  const messages = [
    { role: 'system', content: prompt.system.render({}) },
    { role: 'user', content: prompt.user.render({ boundary, question: asData(question) }) },
  ];
  const deadline = AbortSignal.timeout(REFLECT_MS);
  const both = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
  const call = (limit: object) => provider.complete({ model, body: { messages, ...limit }, signal: both });
  try {
    return await call({ max_completion_tokens: prompt.maxOutputTokens });
  } catch (error) {
    if (!isRouterError(error) || error.code !== 'provider.rejected' || !/max_completion_tokens/i.test(error.message)) throw error;
    return call({ max_tokens: prompt.maxOutputTokens });
  }
}
