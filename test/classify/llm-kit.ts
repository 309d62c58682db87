import { type LlmOptions, llmClassifier } from '../../src/classify/llm.ts';
import { packageFile } from '../../src/config/files.ts';
import type { ChatCompletion } from '../../src/core/completion.ts';
import type { Provider, ProviderCall } from '../../src/core/contracts.ts';
import { type DefaultTaxonomy, defaultTaxonomy } from '../../src/core/default-taxonomy.ts';
import { loadPrompt } from '../../src/prompts/load.ts';
import { type FakeAnswer, fakeProvider } from '../../src/providers/fake.ts';

export const BOUNDARY = '0123456789abcdef0123456789abcdef';
export const prompt = await loadPrompt(packageFile('prompts/classify.md'));

export const answerOf = (complexity: string, domain: string, risk: string): string => JSON.stringify({ complexity, domain, risk });

/** An `llm` classifier over the shipped prompt, with the boundary and the clock in the test's hands. */
export function llmOver(provider: Provider, options: Partial<LlmOptions<DefaultTaxonomy>> = {}) {
  const timeout = (ms: number) => AbortSignal.timeout(ms);
  return llmClassifier({ taxonomy: defaultTaxonomy, provider, model: 'small', prompt, newBoundary: () => BOUNDARY, timeout, ...options });
}

export const makeLlm = (
  reply: (call: ProviderCall, turn: number) => FakeAnswer | Promise<FakeAnswer>,
  options: Partial<LlmOptions<DefaultTaxonomy>> = {},
) => llmOver(fakeProvider({ reply }), options);

type Choice = ChatCompletion['choices'][number];

/** A completion whose only choice says `content`, changed as given. */
export function completionOf(
  content: string | null,
  choice: Partial<Choice> = {},
  message: Partial<Choice['message']> = {},
): ChatCompletion {
  return { model: 'small', choices: [{ index: 0, finish_reason: 'stop', ...choice, message: { role: 'assistant', content, ...message } }] };
}

/** Tokens that spell `content`, cut before each of `starts`, with the given log-probability for each token that opens with one of `probabilities`. */
export function tokensOf(pieces: readonly [string, number, Record<string, number>?][]) {
  return pieces.map(([token, probability, others = {}]) => ({
    token,
    logprob: Math.log(probability),
    top_logprobs: Object.entries({ [token]: probability, ...others }).map(([text, chance]) => ({ token: text, logprob: Math.log(chance) })),
  }));
}
