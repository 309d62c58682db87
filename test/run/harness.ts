import { type VirtualTime, virtualTime } from '../../evals/prove/virtual-time.ts';
import type { Alert } from '../../src/core/alert.ts';
import type { Provider, ProviderCall } from '../../src/core/contracts.ts';
import { type ErrorCode, RouterError, type RouterErrorOptions } from '../../src/core/errors.ts';
import type { Model } from '../../src/core/models.ts';
import { seededRandom } from '../../src/core/random.ts';
import { fakeProvider } from '../../src/providers/fake.ts';
import { createHealth } from '../../src/run/health.ts';
import { createLedger } from '../../src/run/ledger.ts';
import { createLimiter } from '../../src/run/limits.ts';
import { RUN_DEFAULTS, type RunOptions } from '../../src/run/options.ts';
import type { RunParts, RunPlan } from '../../src/run/plan.ts';
import { memoryState } from '../../src/state/memory.ts';
import { model } from '../support/models.ts';

/** What a candidate does with a call: a text answers, an error fails, a function may wait. */
export type Doing = string | Error | ((call: ProviderCall, turn: number, time: VirtualTime) => Promise<string | Error> | string | Error);

export type Rig = {
  time: VirtualTime;
  parts: RunParts;
  calls: { model: string; at: number }[];
  events: Alert[];
  plan(extra?: Partial<RunPlan>): RunPlan;
  state: ReturnType<typeof memoryState>;
};

export const failure = (code: ErrorCode, extra: Partial<RouterErrorOptions> = {}): RouterError =>
  new RouterError(code, `test ${code}`, { advice: 'none', retryable: true, ...extra });

/** Never answers; gives up when told to. */
export const stalls = (call: ProviderCall): Promise<never> =>
  new Promise((_resolve, reject) => call.signal?.addEventListener('abort', () => reject(call.signal?.reason), { once: true }));

export const after =
  (ms: number, then: string | Error): Doing =>
  (call, _turn, time) =>
    new Promise((resolve, reject) => {
      time.after(ms, () => resolve(then));
      call.signal?.addEventListener('abort', () => reject(call.signal?.reason), { once: true });
    });

export function rig(doings: Record<string, Doing>, options: Partial<RunOptions> = {}, models: Record<string, Partial<Model>> = {}): Rig {
  const time = virtualTime();
  const calls: Rig['calls'] = [];
  const events: Alert[] = [];
  const providers = new Map<string, Provider>();
  for (const [id, doing] of Object.entries(doings)) {
    const reply = (call: ProviderCall, turn: number) => {
      calls.push({ model: id, at: time.monotonic() });
      return typeof doing === 'function' ? doing(call, turn, time) : doing;
    };
    providers.set(id, fakeProvider({ name: id, reply }));
  }
  const state = memoryState({ clock: time });
  const parts: RunParts = {
    provider: ({ id }) => providers.get(id) ?? fakeProvider(),
    clock: time,
    timers: time,
    random: seededRandom(1),
    health: createHealth(time),
    limiter: createLimiter(state),
    ledger: createLedger(state),
    options: { ...RUN_DEFAULTS, deadlineMs: 10_000, ...options },
    notify: (event) => events.push(event),
  };
  const order = Object.keys(doings).map((id) => model(id, models[id] ?? {}));
  let requests = 0;
  const plan = (extra: Partial<RunPlan> = {}): RunPlan => ({
    requestId: `r${requests++}`,
    body: { messages: [{ role: 'user', content: 'hello' }] },
    order,
    recheck: () => null,
    inputTokens: 100,
    maxOutputTokens: 50,
    choices: 1,
    scopes: [],
    wantsUsage: false,
    ...extra,
  });
  return { time, parts, calls, events, plan, state };
}

/** The models in the order they were called. */
export const order = (calls: { model: string }[]) => calls.map(({ model }) => model);
