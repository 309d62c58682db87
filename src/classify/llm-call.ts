import type { Provider, ProviderAnswer } from '../core/contracts.ts';
import { isRouterError, type RouterError } from '../core/errors.ts';
import type { Taxonomy } from '../core/taxonomy.ts';
import { type Dialect, dialectFields, FULL_DIALECT, simplerDialect } from './dialect.ts';
import { asClassifyError } from './failure.ts';
import type { PromptMessage } from './message.ts';

export type CallOptions = {
  provider: Provider;
  model: string;
  taxonomy: Taxonomy;
  maxOutputTokens: number;
  extraBody: Readonly<Record<string, unknown>>;
  /** True when several answers are drawn, whose agreement says more than the probabilities of one. @default false */
  draws?: boolean;
};

/**
 * A function that makes one call in the richest dialect the endpoint takes. The first call of a process may need a few refused tries to find it; it is then remembered.
 *
 * @throws RouterError with a `classify.*` code
 */
export function dialectCaller({ provider, model, taxonomy, maxOutputTokens, extraBody, draws = false }: CallOptions) {
  let known: Dialect = draws ? { ...FULL_DIALECT, logprobs: false } : FULL_DIALECT;
  const temperature = draws ? 1 : 0;
  return async (messages: readonly PromptMessage[], signal: AbortSignal): Promise<ProviderAnswer> => {
    const tryWith = (dialect: Dialect) =>
      provider.complete({
        model,
        body: { messages, ...dialectFields(dialect, taxonomy, maxOutputTokens, temperature), ...extraBody },
        signal,
      });
    let dialect: Dialect = known;
    let refusal: unknown;
    for (;;) {
      try {
        const answer = await tryWith(dialect);
        if (refusal !== undefined) known = dialect;
        return answer;
      } catch (error) {
        const simpler = refusesFields(error) ? simplerDialect(dialect, error.message) : null;
        if (simpler === null) throw asClassifyError(refusal !== undefined && refusesFields(error) ? refusal : error, signal);
        refusal ??= error;
        dialect = simpler;
      }
    }
  };
}

/** A refused request body, as against a refused key, model or text. */
function refusesFields(error: unknown): error is RouterError {
  return isRouterError(error) && error.code === 'provider.rejected' && (error.status === 400 || error.status === 422);
}
