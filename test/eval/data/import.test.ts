import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textFingerprint } from '../../../src/eval/fingerprint.ts';
import { csv, failure, imported, jsonl } from './helpers.ts';

describe('RouteLLM’s responses', () => {
  const file = csv(['prompt', 'weak', 'strong', 'weak_response'], ['a, b\n"c"', 'False', 'True', 'x'], ['d', 'True', '', 'y']);

  it('become a table: one column a model, the subject from the file’s name, nothing where there is no answer', async () => {
    const { report, outcomes, table } = await imported({ 'responses/mmlu_college_law.csv': file }, { from: 'routellm' });
    expect(report).toMatchObject({ prompts: 2, categories: 1, left: { 'no score': 1 } });
    expect(report.models.map(({ model, answers, quality }) => [model, answers, quality])).toEqual([
      ['weak', 2, 0.5],
      ['strong', 1, 1],
    ]);
    expect(outcomes.split('\n')[0]).toBe('id,model,quality,input_tokens,output_tokens');
    const loaded = await table();
    expect([loaded.ids, loaded.prompts, loaded.categories, loaded.incomplete]).toEqual([
      ['mmlu_college_law:1'],
      ['a, b\n"c"'],
      ['college_law'],
      1,
    ]);
    expect(loaded.evidence.usd).toBeNull();
  });

  it('of several files stay apart, and two files of one name are told', async () => {
    const { report } = await imported({ 'mmlu_a.csv': file, 'mmlu_b.csv': file }, { from: 'routellm' });
    expect([report.prompts, report.categories]).toEqual([4, 2]);
    expect(await failure(imported({ 'x/mmlu_a.csv': file, 'y/mmlu_a.csv': file }, { from: 'routellm' }))).toContain(
      'y/mmlu_a.csv:2: id `mmlu_a:1` stands on line 2 already',
    );
  });

  it('can be cut to some models and given other names', async () => {
    const options = { from: 'routellm', models: ['strong'], rename: new Map([['strong', 'openai/strong']]) } as const;
    const { report } = await imported({ 'a.csv': file }, options);
    expect(report.models.map(({ model }) => model)).toEqual(['openai/strong']);
  });
});

describe('RouterBench', () => {
  const row = (id: string, cost: unknown) => ({
    sample_id: id,
    prompt: `question ${id}`,
    eval_name: 'arc',
    'gpt-4': 1,
    'gpt-4|model_response': 'A',
    'gpt-4|total_cost': cost,
    oracle_model_to_route_to: 'gpt-4',
  });

  it('keeps its dollars although it has no tokens, to the last digit, and they are MEASURED', async () => {
    const { report, table } = await imported({ 'rb.jsonl': jsonl(row('1', 0.0123456789), row('2', 0.002)) }, { from: 'routerbench' });
    expect(report.models).toEqual([{ model: 'gpt-4', answers: 2, quality: 1, withTokens: 0, withUsd: 2 }]);
    const loaded = await table();
    expect([...(loaded.models[0]?.usd ?? [])]).toEqual([0.0123456789, 0.002]);
    expect([loaded.models[0]?.costKnown, loaded.evidence.usd, loaded.categories[0]]).toEqual([true, 'MEASURED', 'arc']);
  });

  it('with prices beside it has tokens estimated from characters and dollars, the dollars unchanged', async () => {
    const prices = 'model,input_usd_per_mtok,output_usd_per_mtok\ngpt-4,10,30\n';
    const { table } = await imported({ 'rb.jsonl': jsonl(row('1', 0.00303)) }, { from: 'routerbench' }, prices);
    const [model] = (await table()).models;
    expect([model?.usd[0], model?.inputTokens[0], model?.outputTokens[0]]).toEqual([0.00303, 3, 100]);
  });

  it('takes a cost of 0 for unknown', async () => {
    const { report, table } = await imported({ 'rb.jsonl': jsonl(row('1', 0)) }, { from: 'routerbench' });
    expect(report.left).toEqual({ 'a cost of 0, taken for unknown': 1 });
    expect((await table()).models[0]?.usd[0]).toBeNaN();
  });

  it('is the same from CSV, plain or gzip', async () => {
    const { oracle_model_to_route_to: _, ...fields } = row('1', 0.5);
    const text = csv(Object.keys(fields), Object.values(fields) as string[]);
    const plain = await imported({ 'rb.csv': text }, { from: 'routerbench' });
    const zipped = await imported({ 'rb.csv.gz': gzipSync(text) }, { from: 'routerbench' });
    expect(zipped.outcomes).toBe(plain.outcomes);
    expect(plain.outcomes).toBe('id,model,quality,input_tokens,output_tokens,usd\n1,gpt-4,1,,,0.5\n');
  });

  it('as a pickle is not opened: the command that converts it is told', async () => {
    expect(await failure(imported({ 'data/routerbench_0shot.pkl': 'x' }, { from: 'routerbench' }))).toMatch(
      /pickle can run any program.*to_json\('routerbench_0shot\.jsonl', orient='records', lines=True\)/,
    );
  });
});

describe('every import', () => {
  it('takes what the user said of a prompt written as messages, and nothing else for a list', async () => {
    const chat = [
      { role: 'system', content: 'You translate.' },
      { role: 'user', content: 'Say hello' },
    ];
    const results = [JSON.stringify(chat), '["one","two"]', '[{"a":1}] sorted?', '[1,2] + [3]'].map((raw, testIdx) => ({
      testIdx,
      provider: 'm',
      prompt: { raw },
      score: 1,
    }));
    const { prompts } = await imported({ 'r.jsonl': jsonl(...results) }, { from: 'promptfoo' });
    expect(
      prompts
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).prompt),
    ).toEqual(['Say hello', 'one\n\ntwo', '[{"a":1}] sorted?', '[1,2] + [3]']);
  });

  it('leaves out the prompts it is told to, with their answers, and counts them', async () => {
    const file = csv(['prompt', 'm'], ['Seen before?', 'True'], ['new', 'False']);
    const { report, table } = await imported({ 'a.csv': file }, { from: 'routellm', without: new Set([textFingerprint('seen before')]) });
    expect([report.prompts, report.left]).toEqual([1, { 'a prompt of `--without`': 1 }]);
    expect((await table()).prompts).toEqual(['new']);
  });

  it('F-80, F-83: lists every bad row with its line, or leaves it out and counts it', async () => {
    const bad = 'prompt,a,b\nhi,True,maybe\nhello,False,True\n,True,True\nlast,2,1\nx,True\n';
    const told = await failure(imported({ 'bad.csv': bad }, { from: 'routellm' }));
    for (const place of ['bad.csv:2: `b` must be', 'bad.csv:4: expected a text', 'bad.csv:5: `a` must be', 'bad.csv:6: expected 3 cells'])
      expect(told).toContain(place);
    const { report } = await imported({ 'bad.csv': bad }, { from: 'routellm', skipBad: true });
    expect([report.prompts, report.skipped.length]).toEqual([1, 4]);
    expect(await failure(imported({ 'bad.jsonl': '{"a":1,}\n{"prompt":NaN}\n' }, { from: 'promptfoo' }))).toMatch(
      /bad\.jsonl:1.*bad\.jsonl:2/s,
    );
  });

  it.each([
    ['an empty file', 'routellm', 'x.csv', '', /the file is empty/],
    ['a header alone', 'routellm', 'x.csv', 'prompt,a\n', /no row/],
    ['no column of a model', 'routellm', 'x.csv', 'prompt,id\nhi,1\n', /expected a column for each model; found `prompt`, `id`/],
    ['another format', 'routerbench', 'x.csv', 'prompt,a\nhi,True\n', /a column of its name and `<model>\|total_cost`/],
    ['a file whose name tells nothing', 'routerbench', 'x.parquet', 'PAR1', /cannot tell the format/],
    ['JSON without results', 'promptfoo', 'x.json', '{"a":1}', /expected a list `results`/],
    ['cut JSON', 'promptfoo', 'x.json', '{"results":[', /not JSON/],
    ['no answers at all', 'routellm', 'x.csv', 'prompt,a\nhi,\n', /no answer of any model is left \(1 × no score\)/],
  ] as const)('%s is refused in words', async (_, from, name, text, message) => {
    expect(await failure(imported({ [name]: text }, { from }))).toMatch(message);
  });

  const score = fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: null });
  const rows = fc.array(fc.record({ prompt: fc.string({ unit: 'binary', minLength: 1 }), one: score, two: score }), {
    minLength: 1,
    maxLength: 12,
  });

  it('gives back, once loaded, what the source said', async () => {
    await fc.assert(
      fc.asyncProperty(rows, fc.string({ unit: 'binary' }), async (given, odd) => {
        const told = given.filter(({ prompt, one, two }) => prompt.trim() !== '' && one !== null && two !== null);
        fc.pre(told.length > 0);
        const [first, second] = [`m1${odd}`, 'm,"2"'];
        const lines = given.map(({ prompt, one, two }, index) => ({
          sample_id: `${odd}${index}`,
          prompt,
          [first]: one,
          [`${first}|total_cost`]: index + 0.1,
          [second]: two,
          [`${second}|total_cost`]: 0.25,
        }));
        const { table } = await imported({ 'r.jsonl': jsonl(...lines) }, { from: 'routerbench', skipBad: true });
        const loaded = await table();
        expect(loaded.prompts).toEqual(told.map(({ prompt }) => prompt));
        const [one, two] = [first, second].map((name) => loaded.models.find((model) => model.name === name));
        expect([...(one?.quality ?? [])]).toEqual(told.map((row) => row.one));
        expect([...(two?.quality ?? [])]).toEqual(told.map((row) => row.two));
        expect([...(one?.usd ?? [])]).toEqual(told.map((row) => given.indexOf(row) + 0.1));
      }),
      { numRuns: 60, seed: 5 },
    );
  });
});
