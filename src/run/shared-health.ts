import type { Clock } from '../core/contracts.ts';
import type { State } from '../core/state.ts';
import type { Health } from './health.ts';

/** How often another process's word on a candidate is asked for, and how long it is believed, milliseconds. */
const LOOK_MS = 1_000;
/** How long an open breaker keeps others away: until its own process sends a probe. */
const OPEN_MS = 10_000;

type Reason = 'parked' | 'unauthorised' | 'breaker';

/**
 * Health that tells other processes which candidates are parked or behind an open breaker, and hears the same from them.
 * Nothing waits for it: words come in the background, and a store that is away changes nothing.
 */
export function sharedHealth(health: Health, state: State, clock: Clock): Health {
  const askedAt = new Map<string, number>();
  const tell = (model: string, reason: Reason, ms: number) => void state.set(`down:${model}`, reason, ms).catch(() => undefined);
  const hear = async (model: string): Promise<void> => {
    const reason = await state.get(`down:${model}`).catch(() => null);
    if (reason !== null) health.park(model, LOOK_MS, reason as Reason);
  };
  return {
    ...health,
    available(model) {
      const now = clock.monotonic();
      if (now - (askedAt.get(model) ?? Number.NEGATIVE_INFINITY) >= LOOK_MS) {
        askedAt.set(model, now);
        void hear(model);
      }
      return health.available(model);
    },
    park(model, ms, reason = 'parked') {
      health.park(model, ms, reason);
      tell(model, reason, ms);
    },
    failed(model) {
      const opened = health.failed(model);
      if (opened) tell(model, 'breaker', OPEN_MS);
      return opened;
    },
  };
}
