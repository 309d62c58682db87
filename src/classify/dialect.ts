import type { Taxonomy } from '../core/taxonomy.ts';
import { answerJsonSchema } from './answer.ts';

/** Which optional fields an endpoint takes. OpenAI-compatible endpoints differ, and say so with status 400. */
export type Dialect = {
  format: 'json_schema' | 'json_object' | 'text';
  logprobs: boolean;
  temperature: boolean;
  /** Newer models refuse the old name of the output limit, older endpoints do not know the new one. */
  limit: 'max_completion_tokens' | 'max_tokens';
};

/** What is tried first: everything asked for in the way OpenAI documents it now. */
export const FULL_DIALECT: Dialect = { format: 'json_schema', logprobs: true, temperature: true, limit: 'max_completion_tokens' };

const NEXT_FORMAT = { json_schema: 'json_object', json_object: 'text', text: null } as const;
/** Alternatives asked for at each token: the most that all endpoints with log-probabilities take. */
const TOP_LOGPROBS = 5;

/**
 * The dialect to try after a call was refused: without the field the message names, else with the next simpler output format.
 *
 * @returns null when nothing is left to give up
 * @example simplerDialect(FULL_DIALECT, 'logprobs is not supported')?.logprobs // => false
 */
export function simplerDialect(dialect: Dialect, message: string): Dialect | null {
  if (dialect.logprobs && /logprob/i.test(message)) return { ...dialect, logprobs: false };
  if (dialect.temperature && /temperature/i.test(message)) return { ...dialect, temperature: false };
  if (dialect.limit === 'max_completion_tokens' && /max_completion_tokens/i.test(message)) return { ...dialect, limit: 'max_tokens' };
  const format = NEXT_FORMAT[dialect.format];
  if (format !== null) return { ...dialect, format };
  if (dialect.logprobs) return { ...dialect, logprobs: false };
  return dialect.limit === 'max_completion_tokens' ? { ...dialect, limit: 'max_tokens' } : null;
}

/**
 * The optional fields of a call in a dialect.
 *
 * @param temperature 0 for the likeliest answer, 1 for a draw from what the model holds possible
 */
export function dialectFields(dialect: Dialect, taxonomy: Taxonomy, maxOutputTokens: number, temperature = 0): Record<string, unknown> {
  return {
    [dialect.limit]: maxOutputTokens,
    ...(dialect.temperature ? { temperature } : {}),
    ...(dialect.logprobs ? { logprobs: true, top_logprobs: TOP_LOGPROBS } : {}),
    ...formatField(dialect.format, taxonomy),
  };
}

function formatField(format: Dialect['format'], taxonomy: Taxonomy): Record<string, unknown> {
  if (format === 'text') return {};
  if (format === 'json_object') return { response_format: { type: 'json_object' } };
  return { response_format: { type: 'json_schema', json_schema: { name: 'label', strict: true, schema: answerJsonSchema(taxonomy) } } };
}
