import { createRouter, fakeProvider, type Message } from '../../src/index.ts';
import { ifStarted, twoModels } from './stage.ts';

const call = { id: 'c1', type: 'function' as const, function: { name: 'weather', arguments: '{"city":"Lima"}' } };
const asks = {
  model: 'strong',
  choices: [{ index: 0, finish_reason: 'tool_calls', message: { role: 'assistant', content: null, tool_calls: [call] } }],
};

/** Tools: the result goes back to the model that asked for it. */
export async function example() {
  const provider = fakeProvider({ reply: (_call, turn) => (turn === 0 ? asks : 'It is 19 degrees in Lima.') });
  await using router = createRouter({ policy: twoModels(), providers: { local: provider, cloud: provider } });
  const tools = [{ type: 'function' as const, function: { name: 'weather', parameters: { type: 'object' } } }];
  const messages: Message[] = [{ role: 'user', content: 'What is the weather in Lima?' }];
  const first = await router.complete({ messages, tools });
  messages.push({ role: 'assistant', content: null, tool_calls: [call] }, { role: 'tool', tool_call_id: 'c1', content: '19' });
  const second = await router.complete({ messages, tools });
  return {
    turn: second.record.turn,
    same: first.record.executed?.model === second.record.executed?.model,
    answer: second.completion.choices[0]?.message.content,
  };
}

await ifStarted(import.meta.url, example);
