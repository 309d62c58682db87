import { describe, expect, it } from 'vitest';
import { failure, imported, jsonl } from './helpers.ts';

describe('promptfoo’s results', () => {
  const result = (change: Record<string, unknown> = {}) => ({
    testIdx: 3,
    promptIdx: 0,
    provider: { id: 'openai:gpt-5-mini', label: '' },
    prompt: { raw: 'Say hello to Ana', label: 'hello' },
    score: 0.5,
    success: false,
    failureReason: 1,
    error: 'expected output to contain "Ana"',
    response: { output: 'hello', tokenUsage: { prompt: 11, completion: 2, total: 13 } },
    cost: 0.0004,
    ...change,
  });
  const outcomes = async (...results: unknown[]) =>
    (await imported({ 'r.jsonl': jsonl(...results) }, { from: 'promptfoo' })).outcomes.trim().split('\n').slice(1);

  it('are read from JSON of any version, and from JSONL, alike', async () => {
    const results = [result(), result({ provider: 'anthropic:claude' })];
    const files = [{ results: { version: 3, results } }, { results }, results].map((value) => ({
      'r.json': JSON.stringify(value, null, 2),
    }));
    const all = await Promise.all([{ 'r.jsonl': jsonl(...results) }, ...files].map((file) => imported(file, { from: 'promptfoo' })));
    expect(new Set(all.map((one) => one.prompts + one.outcomes)).size).toBe(1);
    expect(all[0]?.report.models.map(({ model, quality }) => [model, quality])).toEqual([
      ['openai:gpt-5-mini', 0.5],
      ['anthropic:claude', 0.5],
    ]);
  });

  it('count a failed assertion as the score it has, and a failed provider as no answer', async () => {
    expect(await outcomes(result({ score: 0 }), result({ failureReason: 2, response: undefined }))).toEqual([
      expect.stringMatching(/,openai:gpt-5-mini,0,11,2,0\.0004$/),
    ]);
    const { failureReason: _, ...older } = result({ response: { error: '429' }, score: 0 });
    const { report } = await imported({ 'r.jsonl': jsonl(older, result()) }, { from: 'promptfoo' });
    expect(report.left).toEqual({ 'the provider failed': 1 });
  });

  it('keep the score of a cached answer, not its cost', async () => {
    const cached = result({ response: { output: 'x', cached: true, tokenUsage: { total: 13, cached: 13 } }, cost: 0 });
    expect(await outcomes(cached)).toEqual([expect.stringMatching(/,openai:gpt-5-mini,0\.5,,,$/)]);
  });

  it('are one question where test and text are the same, and another where a provider was sent another text', async () => {
    const other = result({ provider: 'b', prompt: { raw: 'Greet Ana' } });
    const { report, table } = await imported({ 'r.jsonl': jsonl(result(), result({ provider: 'b' }), other) }, { from: 'promptfoo' });
    expect(report.prompts).toBe(2);
    expect((await table()).incomplete).toBe(1);
  });

  it('say where in a JSON file something is wrong', async () => {
    const broken = JSON.stringify({ results: { results: [result(), result({ score: 7 }), result({ provider: {} }), null] } });
    const told = await failure(imported({ 'r.json': broken }, { from: 'promptfoo' }));
    expect(told).toMatch(/r\.json results\.results\[1\]: `score` must be true, false or 0 to 1, found `7`/);
    expect(told).toContain('results.results[2]: expected a `provider`');
    expect(told).toContain('results.results[3]: expected an object');
  });
});

describe('logs of OpenAI’s evals', () => {
  const spec = (...models: string[]) => ({ spec: { completion_fns: models, base_eval: 'sums', eval_name: 'sums.s1.v0' } });
  const event = (id: string, type: string, data: unknown) => ({ sample_id: id, type, data });
  const sampling = (id: string, text: string) =>
    event(id, 'sampling', {
      prompt: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: text },
      ],
      usage: { prompt_tokens: 9, completion_tokens: 2 },
    });
  const match = (id: string, correct: unknown) => event(id, 'match', { correct });

  it('are one question a sample, whatever the order of events, over the logs of several models', async () => {
    const files = {
      'a.jsonl': jsonl(spec('m1'), sampling('s.1', '1+1?'), match('s.2', false), sampling('s.2', '2+2?'), match('s.1', true)),
      'b.jsonl': jsonl(spec('m2'), sampling('s.2', '2+2?'), match('s.2', true), sampling('s.1', '1+1?'), match('s.1', true), {
        final_report: { accuracy: 1 },
      }),
    };
    const { report, table } = await imported(files, { from: 'openai-evals' });
    expect([report.prompts, report.models.map(({ quality }) => quality)]).toEqual([2, [0.5, 1]]);
    const loaded = await table();
    expect([loaded.prompts, loaded.incomplete]).toEqual([['1+1?', '2+2?'], 0]);
    expect([...(loaded.models[0]?.inputTokens ?? [])]).toEqual([9, 9]);
  });

  it('take the score of `metrics`, and not the tokens of the model that graded', async () => {
    const lines = [
      spec('m', 'judge'),
      sampling('s', 'hi'),
      sampling('s', 'grade this'),
      event('s', 'metrics', { score: 0.25, choice: 'C' }),
    ];
    const { outcomes, prompts } = await imported({ 'a.jsonl': jsonl(...lines) }, { from: 'openai-evals' });
    expect(outcomes.trim().split('\n')[1]).toBe('s,m,0.25,9,2');
    expect(JSON.parse(prompts)).toEqual({ id: 's', prompt: 'hi', category: 'sums' });
  });

  it('count what nobody graded, and refuse two evals in one table', async () => {
    const ungraded = [spec('m'), sampling('s', 'hi'), sampling('t', 'ho'), event('t', 'error', {}), sampling('u', 'he'), match('u', true)];
    const { report } = await imported({ 'a.jsonl': jsonl(...ungraded) }, { from: 'openai-evals' });
    expect(report.left).toEqual({ 'a sample without `match` or `metrics`': 1, 'the provider failed': 1 });
    const files = {
      'a.jsonl': jsonl(spec('m'), sampling('s', 'one'), match('s', true)),
      'b.jsonl': jsonl(spec('n'), sampling('s', 'two'), match('s', true)),
    };
    expect(await failure(imported(files, { from: 'openai-evals' }))).toContain('b.jsonl:2: sample `s` has another prompt');
  });

  it('need their first line', async () => {
    expect(await failure(imported({ 'a.jsonl': jsonl(sampling('s', 'hi')) }, { from: 'openai-evals' }))).toContain(
      'expected a line with `spec`',
    );
  });
});
