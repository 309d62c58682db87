import { labellingEndpoint } from '../config/classifier-build.ts';
import { missingKey, missingPrice } from '../config/endpoint.ts';
import type { PromptPlan } from '../config/prompt-build.ts';
import type { RouterOptions } from '../config/schema.ts';
import { embeddingEndpoint } from '../config/semantic-build.ts';
import type { RouteRequest } from '../core/request.ts';
import type { Taxonomy } from '../core/taxonomy.ts';
import { viewOf } from '../core/view.ts';
import type { PaidCalls } from '../eval/parts.ts';

/** Rough, for the estimate before any call: characters to a token as a rule and at best, bytes to a token at worst. */
const CHARACTERS_PER_TOKEN = 4;
const AT_BEST = 5;
const BYTES_AT_WORST = 2;
/** Tokens of a label of three axes as JSON; at worst, what the prompt's head allows. */
const LABEL_TOKENS = 20;

/** What labelling by a language model costs, and what it lacks. */
export function paidCalls(
  options: RouterOptions<Taxonomy>,
  name: 'llm' | 'cascade',
  { headCharacters, maxOutputTokens }: PromptPlan,
): PaidCalls {
  const endpoint = labellingEndpoint({ ...options, classifier: undefined });
  const { provider, model, price } = endpoint;
  const samples = options.llm?.samples ?? 1;
  const rangeUsd = (request: RouteRequest) => {
    if (price === null || price.input === null || price.output === null) return null;
    const { text } = viewOf(request);
    const usd = (input: number, output: number) => (samples * (input * (price.input ?? 0) + output * (price.output ?? 0))) / 1_000_000;
    const cachedHead = (samples * (headCharacters / AT_BEST) * (price.cachedInput ?? price.input)) / 1_000_000;
    return {
      // A cascade asks only where it is in doubt.
      low: name === 'cascade' ? 0 : cachedHead + usd(text.length / AT_BEST, LABEL_TOKENS),
      expected: usd((headCharacters + text.length) / CHARACTERS_PER_TOKEN, LABEL_TOKENS),
      worst: usd((headCharacters + Buffer.byteLength(JSON.stringify(text))) / BYTES_AT_WORST, Math.max(maxOutputTokens, LABEL_TOKENS)),
    };
  };
  const estimateUsd = (request: RouteRequest) => rangeUsd(request)?.expected ?? null;
  const missing = missingKey(endpoint, options.env) ?? missingPrice(endpoint);
  return { model: `${provider}/${model}`, price, missing, estimateUsd, rangeUsd };
}

/** The examples are few beside the rows, and their vectors are kept. */
export function paidVectors(options: RouterOptions<Taxonomy>): PaidCalls {
  const endpoint = embeddingEndpoint(options, {}, options.env ?? {});
  const { provider, model, price } = endpoint;
  return {
    model: `${provider}/${model}`,
    missing: missingKey(endpoint, options.env),
    estimateUsd: (request) =>
      price === null || price.input === null ? null : ((viewOf(request).text.length / CHARACTERS_PER_TOKEN) * price.input) / 1_000_000,
  };
}
