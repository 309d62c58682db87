import type { Embedder } from '../../src/core/contracts.ts';
import { type Behaviour, json } from './upstream.ts';

export const DIMENSIONS = 512;

/** A stand-in for an embedding model: which words a text has, hashed. Texts that share words point the same way. */
export function wordVector(text: string, dimensions = DIMENSIONS): Float32Array {
  const vector = new Float32Array(dimensions);
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? ['']) {
    let hash = 2_166_136_261;
    for (const character of word) hash = Math.imul(hash ^ (character.codePointAt(0) as number), 16_777_619) >>> 0;
    const at = hash % dimensions;
    vector[at] = (vector[at] as number) + 1;
  }
  return vector;
}

/** The stand-in without a socket. */
export const wordEmbedder: Embedder = {
  name: 'words',
  model: 'hashed',
  embed: async (texts) => ({ vectors: texts.map((text) => wordVector(text)), usage: null }),
};

type Entry = { object: 'embedding'; index: number; embedding: unknown };

export const embeddingAnswer = (data: readonly Entry[], usage: unknown = { prompt_tokens: data.length, total_tokens: data.length }) => ({
  object: 'list',
  model: 'wire',
  data,
  usage,
});

export const entriesOf = (input: unknown): Entry[] =>
  (input as string[]).map((text, index) => ({ object: 'embedding', index, embedding: [...wordVector(text)] }));

/** Answers as an embeddings endpoint does: one vector a text, one token a text. */
export const embedding: Behaviour = (exchange) => json(embeddingAnswer(entriesOf(exchange.body.input)))(exchange);

/** The same answer with some entries spoilt. */
export const spoilt =
  (change: (entries: Entry[]) => unknown[]): Behaviour =>
  (exchange) =>
    json({ ...embeddingAnswer([]), data: change(entriesOf(exchange.body.input)) })(exchange);
