import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Io } from '../../src/cli/io.ts';
import { main } from '../../src/cli/main.ts';

export type Ran = { code: number; out: string; talk: string; cwd: string };

/** A folder of its own. */
export const folder = (): string => mkdtempSync(join(tmpdir(), 'pointsman-'));

/** Runs the command line in this process with a world made for it. */
export async function run(argv: readonly string[], world: Partial<Io> & { input?: string } = {}): Promise<Ran> {
  const ran = { out: '', talk: '' };
  const cwd = world.cwd ?? folder();
  let clock = 0;
  const io: Io = {
    out: async (text) => {
      ran.out += text;
    },
    talk: (text) => {
      ran.talk += text;
    },
    stdin: bytes(world.input ?? ''),
    env: {},
    fetch: () => Promise.reject(new Error('no network in this test')),
    now: () => 1_000_000,
    monotonic: () => clock++,
    signal: new AbortController().signal,
    ...world,
    cwd,
  };
  const code = await main(argv, io);
  return { code, ...ran, cwd };
}

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
