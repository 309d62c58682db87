import OpenAI from 'openai';
import { createRouter, routed } from '../../src/index.ts';
import { fakeProviders, ifStarted } from './stage.ts';

/** OpenAI's own client, with routing for `model: 'auto'`. */
export async function example() {
  await using router = createRouter({ providers: fakeProviders() });
  const client = routed(new OpenAI({ apiKey: 'any' }), router);
  const stream = await client.chat.completions.create({
    model: 'auto',
    messages: [{ role: 'user', content: 'Say hello.' }],
    stream: true,
    route: { user: 'ada' },
  });
  let text = '';
  for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
  return { text };
}

await ifStarted(import.meta.url, example);
