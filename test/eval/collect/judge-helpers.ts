import { judgePrompt } from '../../../src/config/collect-build.ts';
import type { Answerer } from '../../../src/core/answerer.ts';
import { type Judge, type JudgeMode, judgeAnswer } from '../../../src/eval/collect/judge.ts';
import { lastUserText } from '../../servers/world.ts';

export const SEED = 20_261_121;

export type Data = { request: string; answer?: string; reference?: string; first?: string; second?: string };

/** What a judge is shown: the line of JSON between the two boundaries. */
export const shownIn = (text: string): Data => JSON.parse(text.split('\n')[1] ?? '{}') as Data;

export async function judgeThat(mode: JudgeMode, say: (data: Data) => string | Error, finish = 'stop'): Promise<Judge & { seen: Data[] }> {
  const seen: Data[] = [];
  const answerer: Answerer = {
    id: 'mistral/judge',
    price: { input: 1, output: 1, cachedInput: null, reasoning: null },
    maxOutputTokens: null,
    keyless: false,
    missing: null,
    ask: async (request) => {
      const data = shownIn(lastUserText(request as never));
      seen.push(data);
      const text = say(data);
      if (text instanceof Error) throw text;
      return { text, finish, model: 'judge', tokens: null, usd: 0.001, ms: 1 };
    },
  };
  return { answerer, mode, prompt: await judgePrompt(mode), seen };
}

export const asked = (text: string) => ({ messages: [{ role: 'user' as const, content: text }] });

export const absolute = async (say: (data: Data) => string, finish?: string) =>
  judgeAnswer(await judgeThat('absolute', say, finish), { request: asked('Q'), answer: 'A', reference: null });

export const pair = async (say: (data: Data) => string) =>
  judgeAnswer(await judgeThat('pairwise', say), { request: asked('Q'), answer: 'mine', reference: 'theirs' });
