import { createRouter } from '../../src/index.ts';
import { ifStarted, twoFakes, twoModels } from './stage.ts';

/** An answer that breaks the schema is asked of a stronger model. */
export async function example() {
  const schema = { type: 'object', properties: { year: { type: 'integer' } }, required: ['year'] };
  const policy = twoModels({ rules: [{ when: {}, pool: 'small' }] });
  await using router = createRouter({
    policy,
    providers: twoFakes(
      () => 'In 1912, I think.',
      () => '{"year":1912}',
    ),
  });
  const ask = {
    messages: [{ role: 'user' as const, content: 'When did the Titanic sink?' }],
    response_format: { type: 'json_schema', json_schema: { name: 'year', schema } },
  };
  const { completion, record } = await router.complete(ask, { accept: 'schema' });
  return { answer: completion.choices[0]?.message.content, model: record.executed?.model, flags: record.executed?.flags };
}

await ifStarted(import.meta.url, example);
