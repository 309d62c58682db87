import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { RequestRow } from '../../src/eval/rows.ts';
import { jsonl } from '../eval/data/helpers.ts';
import { read } from '../eval/row-files.ts';
import { completion, json, startUpstream, type Upstream } from '../servers/upstream.ts';
import { folder, run } from './io.ts';

const cwd = folder();
let upstream: Upstream;

const keys = () => ({ OPENAI_API_KEY: 'sk-test', OPENAI_BASE_URL: upstream.url, CI: '' });

/** The same commands without the second a process takes to start. */
const inside = (...argv: string[]) =>
  run(argv, { cwd, env: keys(), fetch: globalThis.fetch, now: Date.now, monotonic: () => performance.now() });

/** The program itself, as a user starts it, in the project's folder. */
async function pointsman(...argv: string[]): Promise<{ code: number | null; out: string; talk: string }> {
  const bin = join(inject('built'), 'cli/bin.js');
  const child = spawn(process.execPath, [bin, ...argv], { cwd, env: { ...process.env, ...keys() }, stdio: ['ignore', 'pipe', 'pipe'] });
  const ran = { out: '', talk: '' };
  child.stdout.on('data', (piece) => {
    ran.out += piece;
  });
  child.stderr.on('data', (piece) => {
    ran.talk += piece;
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, ...ran };
}

/** A model that reads the message by a few words. */
function labelOf(text: string): Record<string, string> {
  const topic = /parcel|courier|tracking/i.test(text) ? 'delivery' : /invoice|charge|refund/i.test(text) ? 'billing' : 'product';
  return {
    topic,
    urgency: /now|minutes/i.test(text) ? 'now' : 'later',
    sensitivity: /police|smoke|ignore/i.test(text) ? 'critical' : 'routine',
  };
}

beforeAll(async () => {
  upstream = await startUpstream((exchange) => {
    const messages = exchange.body.messages as { role: string; content: string }[];
    return json(completion(JSON.stringify(labelOf(messages.at(-1)?.content ?? ''))))(exchange);
  });
});
afterAll(() => upstream.close());

/** Answers of three models to every message of the project: the cheap ones fail where care is needed. */
async function writeOutcomes(): Promise<number> {
  const files = ['train', 'dev', 'test'].map((split) => join(cwd, `datasets/requests/${split}.csv`));
  const rows = (await Promise.all(files.map((file) => read(file, readFileSync(file))))).flat();
  const models = ['openai/gpt-5-nano', 'openai/gpt-5-mini', 'anthropic/claude-sonnet-5'];
  const right = (fields: RequestRow['fields'], index: number, tier: number) =>
    (fields.sensitivity === 'critical' && tier < 2) || (index + tier) % 9 === 0 ? 0 : 1;
  const answers = rows.flatMap(({ id, fields }, index) =>
    models.map((model, tier) => `${id},${model},${right(fields, index, tier)},${60 + (index % 7)},120`),
  );
  mkdirSync(join(cwd, 'tables'));
  writeFileSync(
    join(cwd, 'tables/desk.prompts.jsonl'),
    jsonl(...rows.map(({ id, input, fields }) => ({ id, prompt: input, category: fields.topic }))),
  );
  writeFileSync(join(cwd, 'tables/desk.outcomes.csv'), `id,model,quality,input_tokens,output_tokens\n${answers.join('\n')}\n`);
  return rows.length;
}

describe('the way from nothing to a judged project of one’s own, as a user goes it', () => {
  it('init, train, classify', async () => {
    expect((await pointsman('init', '.', '--name', 'support')).code).toBe(0);
    expect((await pointsman('train')).code).toBe(0);
    const { code, out } = await pointsman('classify', 'where is my parcel, the tracking has not moved');
    expect([code, out]).toEqual([0, expect.stringMatching(/^topic +delivery .*\nurgency .*\nsensitivity .*\nread by +embedded\n$/)]);
  });

  it('eval, then the prompt: edited, asked again, compared', async () => {
    const first = await inside('eval', '--json', '--replicates', '100');
    expect([first.code, JSON.parse(first.out).classifiers[0].classifier]).toEqual([0, 'embedded']);
    const asked = ['eval', '--classifier', 'llm', '--prompt', 'classify', '--max-usd', '1', '--replicates', '100', '--json'];
    expect((await pointsman(...asked)).code).toBe(0);
    const calls = upstream.calls();
    expect(calls).toBe(36);
    const prompt = join(cwd, 'prompts/classify.md');
    writeFileSync(prompt, readFileSync(prompt, 'utf8').replace('Two topics:', 'Of two topics:'));
    const again = await inside(...asked, '--compare', 'last');
    expect([again.code, JSON.parse(again.out).comparison.verdict.word, upstream.calls()]).toEqual([0, 'NO WORSE', 2 * calls]);
  });

  it('tune says what it would cost, on the project’s axes and splits', async () => {
    const { code, out } = await inside('tune', '--dry-run');
    expect([code, out]).toEqual([0, expect.stringMatching(/92 train .*36 dev, 25 test/)]);
  });

  it('outcomes: checked, fitted, judged, routed by', async () => {
    const rows = await writeOutcomes();
    const checked = JSON.parse((await inside('data', 'check', 'tables/desk', '--json')).out);
    expect([checked.rows, checked.findings.map(({ code }: { code: string }) => code)]).toEqual([
      rows,
      expect.arrayContaining(['trained-on']),
    ]);
    expect((await inside('fit', '--outcomes', 'tables/desk')).code).toBe(0);
    const judged = await inside('eval', '--outcomes', 'tables/desk', '--replicates', '100', '--json');
    expect([judged.code, JSON.parse(judged.out).n]).toEqual([0, rows - 92]);
    const routed = await inside('route', 'the oven is smoking', '--policy', 'policy.fitted.json', '--json');
    expect([routed.code, JSON.parse(routed.out).kind]).toEqual([0, 'chosen']);
  });

  it('doctor examines it all', async () => {
    const { code, out } = await inside('doctor');
    expect([code, out]).toEqual([0, expect.stringMatching(/policy support .*run \.pointsman\/runs\/.*-desk-/)]);
  });
});
