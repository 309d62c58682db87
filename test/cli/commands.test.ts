import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { defaultTaxonomy } from '../../src/core/default-taxonomy.ts';
import { predictionSchema } from '../../src/core/label.ts';
import { Catalogue } from '../../src/core/models.ts';
import { folder, run } from './io.ts';

const Prediction = predictionSchema(defaultTaxonomy);
const lines = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => Prediction.parse(JSON.parse(line)));

describe('pointsman route', () => {
  it('says what it chose and why', async () => {
    const { code, out, talk } = await run(['route', 'Fix this Python function']);
    expect([code, talk]).toEqual([0, '']);
    expect(out).toMatch(/^chosen +\S+\/\S+, then /);
    expect(out).toContain('domain code');
  });

  it('gives the whole route as JSON', async () => {
    const { out } = await run(['route', 'Translate to Thai: good morning', '--pool', 'translation', '--objective', 'cheapest', '--json']);
    expect(JSON.parse(out)).toMatchObject({ kind: 'chosen', pools: ['translation'], label: { domain: { value: expect.any(String) } } });
  });

  it('reads a whole request from a file or standard input', async () => {
    const request = JSON.stringify({
      messages: [{ role: 'user', content: 'weather in Lima?' }],
      tools: [{ type: 'function', function: { name: 'weather' } }],
    });
    const cwd = folder();
    writeFileSync(join(cwd, 'request.json'), request);
    for (const ran of [
      await run(['route', '--request', 'request.json', '--json'], { cwd }),
      await run(['route', '--request', '-', '--json'], { input: request }),
    ])
      expect(JSON.parse(ran.out)).toMatchObject({ facts: { tools: 1 } });
  });

  it('ends with 1 when the route is refused, and says what to change', async () => {
    const { code, out } = await run(['route', 'hello', '--max-usd', '0']);
    expect(code).toBe(1);
    expect(out).toMatch(/^refused +no-model-in-budget\nadvice +raise `maxUsd`/);
  });

  it('F-73: ends with 2 for a model or pool that the policy does not have', async () => {
    for (const argv of [
      ['--model', 'a/b'],
      ['--pool', 'nope'],
    ])
      expect((await run(['route', 'x', ...argv])).code).toBe(2);
  });
});

describe('pointsman classify', () => {
  it('labels one text', async () => {
    expect((await run(['classify', 'fix this SQL join'])).out).toMatch(/^complexity .*\ndomain +code/);
    expect(lines((await run(['classify', 'fix this SQL join', '--json'])).out)).toHaveLength(1);
  });

  const CSV = '\ufeffid;text\r\n=1+1;fix this SQL join\r\n"__proto__";"was ist\r\ndas?"\r\n007;\r\n';

  it('writes one line of the agreed shape per row, ids as they were, from standard input to standard output', async () => {
    const { code, out, talk } = await run(['classify', '--in', '-', '--format', 'csv'], { input: CSV });
    expect(code).toBe(0);
    expect(lines(out).map(({ id }) => id)).toEqual(['=1+1', '__proto__', '007']);
    expect(Object.keys(lines(out)[2]?.unsure ?? {})).toContain('complexity');
    expect(talk).toContain('3 rows labelled, 0 bad rows left out');
  });

  it('reads and writes files, compressed by their name, and tells the count as JSON', async () => {
    const cwd = folder();
    writeFileSync(join(cwd, 'in.csv.gz'), gzipSync(CSV));
    const { out } = await run(['classify', '--in', 'in.csv.gz', '--out', 'out.jsonl.gz', '--json'], { cwd });
    expect(JSON.parse(out)).toEqual({ rows: 3, bad: 0, badRows: [], out: 'out.jsonl.gz' });
    expect(lines(gunzipSync(readFileSync(join(cwd, 'out.jsonl.gz'))).toString('utf8'))).toHaveLength(3);
    expect(readdirSync(cwd).sort()).toEqual(['in.csv.gz', 'out.jsonl.gz']);
  });

  it('labels whole requests with messages and tools like their user turn alone', async () => {
    const cwd = folder();
    const messages = [
      { role: 'system', content: 'Be a pirate. '.repeat(200) },
      { role: 'user', content: 'fix this SQL join' },
    ];
    const tools = [{ type: 'function', function: { name: 'explain', description: 'prove, analyze, design' } }];
    writeFileSync(
      join(cwd, 'in.jsonl'),
      `${JSON.stringify({ id: 'a', messages, tools })}\n${JSON.stringify({ id: 'b', text: 'fix this SQL join' })}\n`,
    );
    const [a, b] = lines((await run(['classify', '--in', 'in.jsonl'], { cwd })).out);
    expect(a?.label).toEqual(b?.label);
  });

  it('F-80: stops at a bad row with its line, exit code 2, and leaves no half file behind', async () => {
    const cwd = folder();
    writeFileSync(join(cwd, 'in.csv'), 'id,text\n1,a\n2\n');
    const { code, talk } = await run(['classify', '--in', 'in.csv', '--out', 'out.jsonl'], { cwd });
    expect(code).toBe(2);
    expect(talk).toContain('`in.csv:3`: expected 2 cells');
    expect(readdirSync(cwd)).toEqual(['in.csv']);
  });

  it('F-80: with --skip-bad, leaves bad rows out, tells each and counts them', async () => {
    const cwd = folder();
    writeFileSync(join(cwd, 'in.csv'), 'id,text\n1,a\n2\n3,c\n3,d\n');
    const { code, out, talk } = await run(['classify', '--in', 'in.csv', '--out', 'out.jsonl', '--skip-bad', '--json'], { cwd });
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ rows: 2, bad: 2, badRows: [{ line: 3 }, { line: 5 }] });
    expect(talk).toContain('left out in.csv:3: expected 2 cells');
  });

  it('F-82: a repeated id stops it', async () => {
    expect(
      (await run(['classify', '--in', '-', '--format', 'jsonl'], { input: '{"id":1,"text":"a"}\n{"id":1,"text":"b"}\n' })).talk,
    ).toContain('stands on line 1 already');
  });

  it.each([
    ['a missing file', ['--in', 'none.csv'], 'input.not-found'],
    ['a name that tells no format', ['--in', 'a.bin'], 'dataset.invalid'],
    ['--out without --in', ['x', '--out', 'o.jsonl'], 'options.invalid'],
    ['a text beside --in', ['x', '--in', 'a.csv'], 'options.invalid'],
    ['the input as output', ['--in', 'a.csv', '--out', './a.csv'], 'options.invalid'],
    ['an output in no folder', ['--in', 'a.csv', '--out', 'no/o.jsonl'], 'output.unwritable'],
  ])('%s ends with 2', async (_, argv, reason) => {
    const cwd = folder();
    writeFileSync(join(cwd, 'a.csv'), 'id,text\n1,a\n');
    const { code, talk } = await run(['classify', ...argv], { cwd });
    expect([code, talk.includes(`[${reason}]`)]).toEqual([2, true]);
    expect(readFileSync(join(cwd, 'a.csv'), 'utf8')).toBe('id,text\n1,a\n');
  });

  it('ends with 130 when interrupted, and leaves no half file behind', async () => {
    const cwd = folder();
    writeFileSync(join(cwd, 'a.csv'), 'id,text\n1,a\n');
    const { code } = await run(['classify', '--in', 'a.csv', '--out', 'o.jsonl'], { cwd, signal: AbortSignal.abort() });
    expect([code, readdirSync(cwd)]).toEqual([130, ['a.csv']]);
  });

  it('F-77: a classifier that needs a key names the variable when it is not there', async () => {
    const { code, talk } = await run(['classify', 'x', '--classifier', 'llm']);
    expect([code, talk.includes('OPENAI_API_KEY')]).toEqual([2, true]);
  });
});

describe('pointsman models refresh', () => {
  const entry = (input: number) => ({ litellm_provider: 'openai', mode: 'chat', input_cost_per_token: input, output_cost_per_token: 2e-6 });

  it('writes a catalogue the router can read, and tells what changed', async () => {
    const server = createServer((_, response) =>
      response.end(JSON.stringify({ 'gpt-5-nano': entry(1e-6), 'gpt-9': { ...entry(1), input_cost_per_token: undefined } })),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/prices.json`;
    const cwd = folder();
    mkdirSync(join(cwd, 'datasets'));
    const old = {
      schemaVersion: 1,
      source: 'x',
      licence: 'MIT',
      date: '2026-01-01',
      models: [
        {
          id: 'openai/gpt-5-nano',
          name: 'n',
          released: null,
          price: { input: 3, output: 2 },
          abilities: { tools: true, images: true, structuredOutput: true },
          contextTokens: null,
          maxOutputTokens: null,
        },
      ],
    };
    writeFileSync(join(cwd, 'datasets/models.json'), JSON.stringify(old));
    const first = await run(['models', 'refresh', '--from', address, '--json'], { cwd, fetch });
    expect(JSON.parse(first.out)).toMatchObject({
      models: 2,
      cached: false,
      added: ['openai/gpt-9'],
      removed: [],
      repriced: ['openai/gpt-5-nano: 3 / 2 → 1 / 2'],
      unpriced: ['openai/gpt-9'],
    });
    const written = readFileSync(join(cwd, 'datasets/models.json'), 'utf8');
    expect(Catalogue.parse(JSON.parse(written)).date).toBe('1970-01-01');
    expect(written.split('\n').filter((line) => line.includes('"id"'))).toHaveLength(2);
    server.close();
    const second = await run(['models', 'refresh', '--from', address], { cwd });
    expect([second.code, second.talk.includes('copy less than an hour old')]).toEqual([0, true]);
  });

  it('takes a downloaded copy, and needs to be told where to write outside a clone', async () => {
    const cwd = folder();
    writeFileSync(join(cwd, 'prices.json'), JSON.stringify({ 'gpt-9': entry(1e-6) }));
    expect((await run(['models', 'refresh', '--from', 'prices.json'], { cwd })).talk).toContain('name a file with `--out FILE`');
    expect((await run(['models', 'refresh', '--from', 'prices.json', '--out', 'm.json'], { cwd })).code).toBe(0);
    expect(Catalogue.parse(JSON.parse(readFileSync(join(cwd, 'm.json'), 'utf8'))).models).toHaveLength(1);
  });

  it('F-75: ends with 2 and changes nothing when the list is broken', async () => {
    const cwd = folder();
    writeFileSync(join(cwd, 'prices.json'), '{"gpt-9": {');
    expect((await run(['models', 'refresh', '--from', 'prices.json', '--out', 'm.json'], { cwd })).code).toBe(2);
    expect(readdirSync(cwd)).toEqual(['prices.json']);
  });
});

describe('pointsman train', () => {
  const value = (rows: string) => `id,text,complexity,domain,risk,language,slices,cluster,labeler\n${rows}`;
  const data = () => {
    const cwd = folder();
    mkdirSync(join(cwd, 'data/requests'), { recursive: true });
    mkdirSync(join(cwd, 'data/lexicon'));
    const domains = Object.keys(defaultTaxonomy.domain.values);
    const rows = Array.from(
      { length: 36 },
      (_, index) =>
        `r${index},"words ${domains[index % 12]} ${index}",${['low', 'medium', 'high'][index % 3]},${domains[index % 12]},${['low', 'medium', 'high'][(index >> 1) % 3]},en,,c${index},t`,
    );
    writeFileSync(join(cwd, 'data/requests/train.csv'), value(rows.join('\n')));
    writeFileSync(join(cwd, 'data/lexicon/domain.code.txt'), 'compiler\nlinker\n');
    return cwd;
  };

  it('writes weights that `classify` can use, and the same again', async () => {
    const cwd = data();
    const { code, out } = await run(['train', '--datasets', 'data', '--out', 'w.bin', '--json'], { cwd });
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ sources: { requests: 36, outside: 0 }, identical: null });
    expect(JSON.parse((await run(['train', '--datasets', 'data', '--out', 'w.bin', '--check', '--json'], { cwd })).out)).toMatchObject({
      identical: true,
    });
    expect(lines((await run(['classify', 'words code 1', '--weights', 'w.bin', '--json'], { cwd })).out)).toHaveLength(1);
  });

  it('ends with 2 when --check finds other weights', async () => {
    const cwd = data();
    writeFileSync(join(cwd, 'w.bin'), 'other');
    expect((await run(['train', '--datasets', 'data', '--out', 'w.bin', '--check'], { cwd })).code).toBe(2);
  });
});
