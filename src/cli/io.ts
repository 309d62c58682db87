import { performance } from 'node:perf_hooks';

/** Everything a command may touch of the world: results go out, talk goes to the side. Tests hand in their own. */
export type Io = {
  /** Results; resolves when written, rejects with code `EPIPE` when nobody reads any more. */
  out(text: string): Promise<void>;
  /** Talk, warnings and progress. */
  talk(text: string): void;
  stdin: AsyncIterable<Uint8Array>;
  env: Readonly<Record<string, string | undefined>>;
  /** Folder that relative paths start from. */
  cwd: string;
  fetch: typeof globalThis.fetch;
  /** Wall time, milliseconds since 1970. */
  now(): number;
  /** Milliseconds that never go back. */
  monotonic(): number;
  /** Asks a person a yes-or-no question; absent when nobody is there to answer. */
  ask?: (question: string) => Promise<boolean>;
  /** Aborted when the user interrupts. */
  signal: AbortSignal;
};

export function nodeIo(signal: AbortSignal): Io {
  process.stdout.on('error', () => {});
  process.stderr.on('error', () => {});
  return {
    out: (text) => new Promise((resolve, reject) => process.stdout.write(text, (error) => (error ? reject(error) : resolve()))),
    talk: (text) => void process.stderr.write(text),
    stdin: process.stdin,
    env: process.env,
    cwd: process.cwd(),
    fetch: globalThis.fetch,
    now: Date.now,
    monotonic: () => performance.now(),
    ...(process.stdin.isTTY && process.stderr.isTTY ? { ask } : {}),
    signal,
  };
}

async function ask(question: string): Promise<boolean> {
  const { createInterface } = await import('node:readline/promises');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await lines.question(`${question} [y/N] `);
  lines.close();
  return /^y(es)?$/i.test(answer.trim());
}
