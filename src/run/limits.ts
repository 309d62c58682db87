import { isRouterError } from '../core/errors.ts';
import type { Model } from '../core/models.ts';
import type { State, Taken } from '../core/state.ts';

const MINUTE_MS = 60_000;

/** Keeps calls within a model's requests and tokens per minute, over all processes that share the state. */
export type Limiter = { take(model: Model, tokens: number): Promise<Taken> };

/** A store that cannot be asked does not stop a call: the upstream's own 429 is the second line. */
export function createLimiter(state: State): Limiter {
  return {
    async take({ id, limits }, tokens) {
      if (limits === undefined) return { ok: true };
      const { requestsPerMinute, tokensPerMinute } = limits;
      try {
        if (requestsPerMinute !== undefined) {
          const taken = await state.take(`rpm:${id}`, 1, requestsPerMinute, MINUTE_MS);
          if (!taken.ok) return taken;
        }
        return tokensPerMinute === undefined ? { ok: true } : await state.take(`tpm:${id}`, tokens, tokensPerMinute, MINUTE_MS);
      } catch (error) {
        if (isRouterError(error) && error.code === 'state.unavailable') return { ok: true };
        throw error;
      }
    },
  };
}
