import { completeStream, type Streamed } from '../../src/complete.ts';
import { build } from '../../src/config/build.ts';
import type { ChatChunk } from '../../src/core/completion.ts';
import type { DefaultTaxonomy } from '../../src/core/default-taxonomy.ts';
import type { PolicyInput } from '../../src/core/policy.ts';
import { readChunks } from '../../src/providers/chunks.ts';
import { createHealth } from '../../src/run/health.ts';
import { type FaultServer, scriptOf, startFaultServer } from './fault-server.ts';
import type { Finding } from './finding.ts';

const AT_ONCE = 40;

/** Duplicated, reordered or silently cut text over every byte split of a 2 kB stream, and over faulted streams on real sockets. */
export async function proveStreams({
  streams,
  splits,
  cancels,
  firstSeed,
}: {
  streams: number;
  splits: number;
  cancels: number;
  firstSeed: number;
}): Promise<Finding[]> {
  const server = await startFaultServer();
  const { ask, close } = askOver(server);
  try {
    return [await everySplit(splits), ...(await faulted(ask, streams, firstSeed)), await cancelled(ask, server, cancels)];
  } finally {
    await close();
    await server.close();
  }
}

const context = { provider: 'p', keyName: 'K', model: 'm', secrets: [], now: () => 0, mayBeStale: () => false };

/** @param share of the split points tried: 1 is all of them */
async function everySplit(share: number): Promise<Finding> {
  const bytes = Buffer.concat(
    Array.from({ length: 40 }, (_, seed) => scriptOf(seed)).find(({ fault, pieces }) => fault === 'none' && size(pieces) > 2_000)?.pieces ??
      [],
  );
  const whole = await deltasOf([bytes]);
  const step = Math.max(1, Math.round(1 / share));
  let tried = 0;
  let wrong = 0;
  for (let at = 0; at <= bytes.length; at += step) {
    tried += 1;
    if ((await deltasOf([bytes.subarray(0, at), bytes.subarray(at)])) !== whole) wrong += 1;
  }
  return {
    claim: `streams changed by where ${bytes.length} bytes are split`,
    found: `${wrong} of ${tried}`,
    holds: wrong === 0 && whole.length > 10,
  };
}

const size = (pieces: readonly Buffer[]): number => pieces.reduce((sum, { length }) => sum + length, 0);

async function deltasOf(pieces: readonly Uint8Array[]): Promise<string> {
  const deltas: unknown[] = [];
  const take = ({ choices }: ChatChunk) => void deltas.push(choices[0]?.delta);
  await readChunks(asyncOf(pieces), take, 1, context);
  return JSON.stringify(deltas);
}

async function* asyncOf(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}

type Tally = { whole: number; reported: number; fellBack: number; duplicated: number; silentlyCut: number };

async function faulted(ask: Ask, streams: number, firstSeed: number): Promise<Finding[]> {
  const tally: Tally = { whole: 0, reported: 0, fellBack: 0, duplicated: 0, silentlyCut: 0 };
  let next = firstSeed;
  const worker = async () => {
    while (next < firstSeed + streams) await one(ask, next++, tally);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  const { whole, reported, fellBack, duplicated, silentlyCut } = tally;
  return [
    {
      claim: 'faulted streams on real sockets: whole, fallen back unseen, or reported',
      found: `${whole} + ${fellBack} + ${reported} of ${streams}`,
      holds: whole + fellBack + reported === streams,
    },
    { claim: 'duplicated or reordered text', found: String(duplicated), holds: duplicated === 0 },
    { claim: 'text cut in silence', found: String(silentlyCut), holds: silentlyCut === 0 },
  ];
}

/** The oracle is what the server sent: a reader sees all of one answer, or a beginning of the first and an error. */
async function one(ask: Ask, seed: number, tally: Tally): Promise<void> {
  const script = scriptOf(seed);
  const { text, broke } = await read(ask, seed);
  const healthy = `healthy ${seed}`;
  if (!broke && script.fault === 'none' && text === script.text) tally.whole += 1;
  else if (!broke && text === healthy) tally.fellBack += 1;
  else if (broke && script.text.startsWith(text)) tally.reported += 1;
  else if (!broke && script.text.startsWith(text)) tally.silentlyCut += 1;
  else tally.duplicated += 1;
}

async function read(ask: Ask, seed: number): Promise<{ text: string; broke: boolean }> {
  let text = '';
  try {
    const { stream } = await ask(seed);
    for await (const { choices } of stream) text += choices[0]?.delta.content ?? '';
    return { text, broke: false };
  } catch {
    return { text, broke: true };
  }
}

/** From leaving the loop to the upstream's socket going down. */
async function cancelled(ask: Ask, server: FaultServer, cancels: number): Promise<Finding> {
  const times: number[] = [];
  const stalling = Array.from({ length: 5_000 }, (_, seed) => seed).filter(
    (seed) => scriptOf(seed).fault === 'stall' && scriptOf(seed).before !== '',
  );
  for (let cancel = 0; cancel < cancels; cancel++) {
    const before = server.aborted();
    const { stream } = await ask(stalling[cancel % stalling.length] ?? 0);
    await stream.next();
    const left = performance.now();
    await stream.return?.();
    while (server.aborted() === before && performance.now() - left < 2_000) await new Promise((resolve) => setImmediate(resolve));
    times.push(performance.now() - left);
  }
  times.sort((a, b) => a - b);
  const p99 = times[Math.ceil(0.99 * times.length) - 1] ?? Number.NaN;
  return { claim: `from cancelling to the upstream cut, p99 of ${cancels}, milliseconds`, found: p99.toFixed(1), holds: p99 <= 100 };
}

type Ask = (seed: number) => Promise<Streamed<DefaultTaxonomy>>;

/** Each stream meets fresh breakers: shared ones would, rightly, soon stop asking the faulty endpoint. */
function askOver(server: FaultServer): { ask: Ask; close: () => Promise<void> } {
  const providers = {
    faulty: { baseUrl: server.url('faulty'), keyVariable: null },
    healthy: { baseUrl: server.url('healthy'), keyVariable: null },
  };
  const { parts, close } = build({ policy: POLICY, providers, run: { idleMs: 1_000, firstByteMs: 1_000, deadlineMs: 20_000 } });
  const ask: Ask = (seed) => {
    const run = { ...parts.runner.run, health: createHealth(parts.clock) };
    const fresh = { ...parts, runner: { ...parts.runner, run } };
    return completeStream(
      { messages: [{ role: 'user', content: String(seed) }], stream: true },
      { fallback: 'listed', candidates: ['faulty/m', 'healthy/m'] },
      fresh,
    );
  };
  return { ask, close };
}

const model = (id: string, price: number): PolicyInput['models'][number] => ({
  id,
  tier: 'low',
  clearedRisk: 'high',
  price: { input: price, output: price },
  abilities: { tools: true, images: true, structuredOutput: true },
});
const EVEN = { low: 0.9, medium: 0.9, high: 0.9 };
const POLICY: PolicyInput = {
  schemaVersion: 1,
  name: 'streams',
  models: [model('faulty/m', 1), model('healthy/m', 2)],
  pools: { all: { models: ['faulty/m', 'healthy/m'] } },
  rules: [{ when: {}, pool: 'all' }],
  lastResort: 'healthy/m',
  qualityPrior: { low: EVEN, medium: EVEN, high: EVEN },
  expectedOutputTokens: { low: 50, medium: 50, high: 50 },
};
