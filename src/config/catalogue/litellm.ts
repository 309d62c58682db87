import { z } from 'zod';
import type { CatalogueModel } from '../../core/models.ts';

const Entry = z.looseObject({
  litellm_provider: z.string(),
  mode: z.string().optional(),
  input_cost_per_token: z.number().optional(),
  output_cost_per_token: z.number().optional(),
  cache_read_input_token_cost: z.number().optional(),
  output_cost_per_reasoning_token: z.number().optional(),
  max_input_tokens: z.number().optional(),
  max_output_tokens: z.number().optional(),
  supports_function_calling: z.boolean().optional(),
  supports_vision: z.boolean().optional(),
  supports_audio_input: z.boolean().optional(),
  supports_pdf_input: z.boolean().optional(),
  supports_response_schema: z.boolean().optional(),
  supports_reasoning: z.boolean().optional(),
});
type Entry = z.infer<typeof Entry>;

/** LiteLLM's names of providers that the catalogue calls otherwise. */
const PROVIDERS: Readonly<Record<string, string>> = {
  gemini: 'google',
  cohere_chat: 'cohere',
  moonshot: 'moonshotai',
  dashscope: 'alibaba',
};

/** Models of LiteLLM's price file: a flat map, prices in dollars per token, names sometimes prefixed by their provider. */
export function litellmModels(entries: readonly (readonly [string, unknown])[]): CatalogueModel[] {
  return entries.flatMap(([key, value]) => {
    const read = Entry.safeParse(value);
    if (key === 'sample_spec' || !read.success || read.data.mode !== 'chat') return [];
    return [modelOf(key, read.data)];
  });
}

function modelOf(key: string, entry: Entry): CatalogueModel {
  const provider = PROVIDERS[entry.litellm_provider] ?? entry.litellm_provider;
  const name = key.slice(key.indexOf('/') + 1);
  return {
    id: `${provider}/${name}`,
    name,
    released: null,
    price: {
      input: perMillion(entry.input_cost_per_token),
      output: perMillion(entry.output_cost_per_token),
      cachedInput: perMillion(entry.cache_read_input_token_cost),
      reasoning: perMillion(entry.output_cost_per_reasoning_token),
    },
    abilities: {
      tools: entry.supports_function_calling ?? false,
      images: entry.supports_vision ?? false,
      audio: entry.supports_audio_input ?? false,
      files: entry.supports_pdf_input ?? false,
      structuredOutput: entry.supports_response_schema ?? null,
      reasoning: entry.supports_reasoning ?? false,
    },
    contextTokens: positive(entry.max_input_tokens),
    maxOutputTokens: positive(entry.max_output_tokens),
  };
}

/** Ten digits are kept, so that $0.0000001 a token reads $0.1 and not $0.09999999999999999. */
const perMillion = (usdPerToken: number | undefined): number | null =>
  usdPerToken === undefined ? null : Number((usdPerToken * 1_000_000).toPrecision(10));

const positive = (tokens: number | undefined): number | null => (tokens !== undefined && tokens >= 1 ? Math.round(tokens) : null);
