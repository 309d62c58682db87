import { createHash } from 'node:crypto';
import { type Behaviour, completion, json } from './upstream.ts';

/** What a model of the world is like. */
export type Nature = {
  /** Chance of a right answer, 0..1. */
  quality: number;
  outputTokens?: number;
};

/** A seeded chance: the same for the same words. */
export const chance = (...words: readonly unknown[]): number =>
  createHash('sha256').update(JSON.stringify(words)).digest().readUInt32LE(0) / 2 ** 32;

type Said = { role: string; content: string };

export const lastUserText = (body: Record<string, unknown>): string =>
  (body.messages as Said[]).findLast(({ role }) => role === 'user')?.content ?? '';

/** Sums to do, as rows of a prompt set. */
export function sums(count: number): { id: string; prompt: string; answer: string }[] {
  return Array.from({ length: count }, (_, at) => ({
    id: `q${at}`,
    prompt: `What is ${at + 10} + ${3 * at}?`,
    answer: String(4 * at + 10),
  }));
}

/** Models that can add as well as their nature allows, each question and each time asked on its own. */
export function world(natures: Readonly<Record<string, Nature>>, seed = 1): Behaviour {
  const asked = new Map<string, number>();
  return (exchange) => {
    const model = String(exchange.body.model);
    const nature = natures[model];
    if (nature === undefined) return json({ error: { message: `no model ${model}` } }, 404)(exchange);
    const text = lastUserText(exchange.body);
    const [, a = 0, b = 0] = /What is (\d+) \+ (\d+)/.exec(text) ?? [];
    const time = asked.get(`${model} ${text}`) ?? 0;
    asked.set(`${model} ${text}`, time + 1);
    const right = chance(seed, model, text, time) < nature.quality;
    const answer = `I make it ${Number(a) + Number(b) + (right ? 0 : 7)}.`;
    const usage = { prompt_tokens: 20, completion_tokens: nature.outputTokens ?? 10 };
    return json(completion(answer, { model, usage }))(exchange);
  };
}
