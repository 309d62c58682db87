import { writeSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { seededRandom } from '../../src/core/random.ts';
import type { Hold, Reservation, SpendScope, State } from '../../src/core/state.ts';
import { connectRedis } from '../../src/state/redis.ts';

/** One process of the budget proof: many reservations at once, each settled; told line by line, written before going on. */
const { url, name, tries, capNanos, leaseMs, prefix, atOnce } = JSON.parse(process.argv[2] ?? '{}') as {
  url: string;
  name: string;
  tries: number;
  capNanos: number;
  leaseMs: number;
  prefix: string;
  atOnce: number;
};
const scope: SpendScope = { key: 'all', window: 'month', timeZone: 'UTC', capNanos };
const random = seededRandom(name.length * 7_919 + name.charCodeAt(name.length - 1));
const say = (line: object): void => void writeSync(1, `${JSON.stringify(line)}\n`);

/** A cut link leaves the outcome open; the same id asks again until it is known. */
async function until<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch {
      await wait(5 + random() * 20);
    }
  }
}

async function spend(state: State, id: string): Promise<void> {
  const amountNanos = 5_000_001 + Math.floor(random() * 10_000_000);
  const answer: Reservation = await until(() => state.reserve({ id, amountNanos, scopes: [scope], leaseMs }));
  if (answer.kind === 'denied') return say({ denied: id });
  await wait(random() * 4);
  const hold: Hold = answer.hold;
  const nanos = amountNanos - Math.floor(random() * 5_000_000);
  say({ intent: id, nanos });
  await until(() => state.settle(hold, nanos));
  say({ settled: id, nanos });
}

async function main(): Promise<void> {
  const { state } = await connectRedis({ url, prefix, commandMs: 1_000 });
  let next = 0;
  const lane = async () => {
    while (next < tries) await spend(state, `${name}-${next++}`);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  say({ done: name });
  await state.close();
}

await main();
