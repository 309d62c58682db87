import { describe, expect, it } from 'vitest';
import { proveStreams } from '../../../evals/prove/streams.ts';

/** A fiftieth of what `npm run prove` runs, and every byte split. */
describe('streams over real sockets', async () => {
  it.each(await proveStreams({ streams: 100, splits: 1, cancels: 10, firstSeed: 1 }))('F-16 F-17 F-21 $claim', ({ found, holds }) => {
    expect(holds, found).toBe(true);
  });
});
