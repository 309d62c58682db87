import type { Embedded, Embedder, VectorStore } from '../../core/contracts.ts';
import { RouterError } from '../../core/errors.ts';
import type { TokenUsage } from '../../core/label.ts';

/** Texts sent and kept at once: a start that is interrupted goes on where it stopped. */
const BATCH = 128;
/** Entries read at once, so that a large set of examples does not run out of file handles. */
const READS = 32;

export const NO_TOKENS: TokenUsage = { input: 0, cachedInput: 0, output: 0, reasoning: null };

/** The space of an embedder's vectors: vectors of different spaces cannot be compared. */
export function spaceOf({ name, model, dimensions }: Embedder): string {
  return `${name}/${model}${dimensions === undefined ? '' : `@${dimensions}`}`;
}

/**
 * Vectors of the texts, from the store where it has them, otherwise asked for and kept. Usage is that of the asking, zero when nothing was asked.
 *
 * @throws RouterError whatever the embedder throws, and `classify.bad-answer` when it gives another number of vectors than texts
 */
export async function embedTexts(
  texts: readonly string[],
  embedder: Embedder,
  store: VectorStore | null,
  signal?: AbortSignal,
): Promise<Embedded> {
  const space = spaceOf(embedder);
  const known = new Map<string, Float32Array>();
  const distinct = [...new Set(texts)];
  for (let start = 0; store !== null && start < distinct.length; start += READS) {
    const some = distinct.slice(start, start + READS);
    const found = await Promise.all(some.map((text) => store.read(space, text).catch(() => null)));
    for (const [at, vector] of found.entries()) if (vector !== null) known.set(some[at] as string, vector);
  }
  const missing = distinct.filter((text) => !known.has(text));
  let usage: TokenUsage | null = NO_TOKENS;
  for (let start = 0; start < missing.length; start += BATCH) {
    const some = missing.slice(start, start + BATCH);
    const answer = await embedder.embed(some, signal);
    if (answer.vectors.length !== some.length) throw wrongCount(some.length, answer.vectors.length);
    for (const [at, text] of some.entries()) known.set(text, answer.vectors[at] as Float32Array);
    // A disk that is full or read-only costs the next start a call; it is no reason to fail this one.
    if (store !== null) await Promise.allSettled(some.map((text, at) => store.write(space, text, answer.vectors[at] as Float32Array)));
    usage = addUsage(usage, answer.usage);
  }
  return { vectors: texts.map((text) => known.get(text) as Float32Array), usage };
}

/** Tokens of both; what is unknown in one is unknown in the sum. */
export function addUsage(a: TokenUsage | null, b: TokenUsage | null): TokenUsage | null {
  if (a === null || b === null) return null;
  const sum = (x: number | null, y: number | null) => (x === null || y === null ? null : x + y);
  return { input: sum(a.input, b.input), cachedInput: sum(a.cachedInput, b.cachedInput), output: sum(a.output, b.output), reasoning: null };
}

function wrongCount(expected: number, found: number): RouterError {
  return new RouterError('classify.bad-answer', `the embedder gave ${found} vectors for ${expected} texts`, {
    advice: 'check the embedder: one vector for each text, in their order',
    retryable: true,
  });
}
