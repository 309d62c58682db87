import { createHash } from 'node:crypto';
import type { Model } from '../../src/core/models.ts';
import { type Random, seededRandom } from '../../src/core/random.ts';
import { openaiProvider } from '../../src/providers/openai.ts';
import { createHealth } from '../../src/run/health.ts';
import { createLedger } from '../../src/run/ledger.ts';
import { createLimiter } from '../../src/run/limits.ts';
import { RUN_DEFAULTS } from '../../src/run/options.ts';
import type { RunParts, RunPlan } from '../../src/run/plan.ts';
import { run } from '../../src/run/run.ts';
import { memoryState } from '../../src/state/memory.ts';
import { type Endpoint, faultyFetch, type Line } from './faulty-fetch.ts';
import type { Finding } from './finding.ts';
import { type VirtualTime, virtualTime } from './virtual-time.ts';

const CANDIDATES = 4;
const DEADLINE_MS = 5_000;
const MOST_BETWEEN_MS = 200;

export type SimulationSize = { seeds: number; requests: number; firstSeed: number };
type Tally = { answered: number; late: number; wrong: number; lost: string[]; held: number };

/**
 * Requests over four simulated endpoints, one of them healthy: every one must be answered inside its deadline by the body meant for it,
 * budgets must add up, and the same seed must give the same trace to the byte. Runs in virtual time through the real provider.
 */
export async function proveSimulation({ seeds, requests, firstSeed }: SimulationSize): Promise<Finding[]> {
  const all: Tally = { answered: 0, late: 0, wrong: 0, lost: [], held: 0 };
  const again = Math.max(1, Math.ceil(seeds / 10));
  let same = 0;
  for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
    const { hash, tally } = await simulate(seed, requests);
    all.answered += tally.answered;
    all.late += tally.late;
    all.wrong += tally.wrong;
    all.held += tally.held;
    all.lost.push(...tally.lost);
    if (seed < firstSeed + again && (await simulate(seed, requests)).hash === hash) same += 1;
  }
  const total = seeds * requests;
  const worst = all.lost.slice(0, 3).join('; ');
  return [
    {
      claim: 'answered inside the deadline while one candidate is healthy',
      found: `${all.answered} of ${total} ${worst}`,
      holds: all.answered === total && all.late === 0,
    },
    { claim: 'wrong bodies', found: String(all.wrong), holds: all.wrong === 0 },
    { claim: 'money still held when all is over, nano-dollars', found: String(all.held), holds: all.held === 0 },
    { claim: 'same seed, same trace', found: `${same} of ${again}`, holds: same === again },
  ];
}

async function simulate(seed: number, requests: number): Promise<{ hash: string; tally: Tally }> {
  const random = seededRandom(seed);
  const time = virtualTime();
  const trace = createHash('sha256');
  const line: Line = (text) => void trace.update(`${text}\n`);
  const tally: Tally = { answered: 0, late: 0, wrong: 0, lost: [], held: 0 };
  const scope = { key: 'all', window: 'day' as const, timeZone: 'UTC', capNanos: 1_000_000_000_000 };
  const { parts, models, state, warm } = world(random, time, line);
  await warm();
  await time.run(async () => {
    const under: Promise<void>[] = [];
    for (let request = 0; request < requests; request++) {
      const plan: RunPlan = planOf(`q${request}`, models, scope, random() < 0.5);
      under.push(one(plan, parts, time, tally, line, seed));
      await new Promise<void>((resolve) => void time.after(random() * MOST_BETWEEN_MS, resolve));
    }
    await Promise.all(under);
  });
  tally.held = (await state.spend([scope]))[0]?.heldNanos ?? 0;
  return { hash: trace.digest('hex'), tally };
}

function world(random: Random, time: VirtualTime, line: Line) {
  const healthy = Math.floor(random() * CANDIDATES);
  const endpoints = Array.from(
    { length: CANDIDATES },
    (_, at): Endpoint => ({ name: `e${at}`, healthy: at === healthy, faultShare: 0.2 + 0.8 * random() }),
  );
  const models = endpoints.map(({ name }) => modelOf(name));
  let warming = true;
  const providers = new Map(
    endpoints.map((endpoint) => {
      const simulated = faultyFetch(endpoint, random, time, line);
      const fetch: typeof globalThis.fetch = (...call) =>
        warming ? Promise.resolve(new Response('', { status: 500 })) : simulated(...call);
      return [endpoint.name, openaiProvider({ name: endpoint.name, baseUrl: 'http://simulated.invalid/v1', fetch, now: time.now })];
    }),
  );
  // The client is loaded on the first call, which takes real time: the virtual one must not run on meanwhile.
  const warm = async () => {
    for (const provider of providers.values()) await provider.complete({ model: 'm', body: {} }).catch(() => undefined);
    warming = false;
  };
  const state = memoryState({ clock: time });
  const parts: RunParts = {
    provider: ({ provider }) => {
      const known = providers.get(provider);
      if (known === undefined) throw new Error(provider);
      return known;
    },
    clock: time,
    timers: time,
    random,
    health: createHealth(time),
    limiter: createLimiter(state),
    ledger: createLedger(state),
    options: { ...RUN_DEFAULTS, deadlineMs: DEADLINE_MS, firstByteMs: 1_000, idleMs: 1_000 },
  };
  return { parts, models, state, warm };
}

function modelOf(name: string): Model {
  const abilities = { tools: true, images: true, audio: true, files: true, structuredOutput: true, reasoning: false };
  const price = { input: 1, output: 2, cachedInput: null, reasoning: null };
  const lists = { regions: [], languages: [], userTiers: [] };
  return {
    id: `${name}/m`,
    provider: name,
    wireName: 'm',
    tier: 'low',
    clearedRisk: 'high',
    ...lists,
    cancelStopsBilling: true,
    price,
    abilities,
    contextTokens: null,
    maxOutputTokens: 100,
  };
}

function planOf(asked: string, order: readonly Model[], scope: RunPlan['scopes'][number], stream: boolean): RunPlan {
  const body = { messages: [{ role: 'user', content: asked }] };
  const fixed = { recheck: () => null, inputTokens: 5, maxOutputTokens: 50, choices: 1, wantsUsage: stream };
  return { requestId: asked, body, order, scopes: [scope], ...fixed };
}

async function one(plan: RunPlan, parts: RunParts, time: VirtualTime, tally: Tally, line: Line, seed: number): Promise<void> {
  const began = time.monotonic();
  let streamed = '';
  const sink = async (chunk: { choices: { delta: { content?: string | null } }[] }) => {
    streamed += chunk.choices[0]?.delta.content ?? '';
  };
  const outcome = await run(plan, parts, plan.wantsUsage ? sink : null);
  const took = time.monotonic() - began;
  line(`${time.monotonic().toFixed(3)} ${plan.requestId} ${outcome.kind} ${outcome.model} ${outcome.usd}`);
  if (took > DEADLINE_MS) tally.late += 1;
  if (outcome.kind === 'failed') {
    tally.lost.push(`FAULT_SEED=${seed} ${plan.requestId}: ${outcome.error.code}`);
    return;
  }
  tally.answered += 1;
  const expected = `${outcome.model.slice(0, outcome.model.indexOf('/'))}:${plan.requestId}`;
  const text = outcome.completion.choices[0]?.message.content;
  if (text !== expected || (plan.wantsUsage && streamed !== expected)) tally.wrong += 1;
}
