import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageFile } from '../../src/config/files.ts';
import { labelling } from '../servers/labelling.ts';
import { answering, failing, resetting, silent } from '../servers/upstream.ts';
import {
  ASK,
  environment,
  evaluate,
  metrics,
  read,
  runFolders,
  startsUpstream,
  troubled,
  upstream,
  workplace,
} from './eval-paid-helpers.ts';
import { run } from './io.ts';

startsUpstream();

describe('a dry run', () => {
  it('says low, expected and worst dollars of each role with no key, and calls nobody', async () => {
    const { code, out } = await run(['eval', '--data', 'mine.csv', '--classifier', 'llm,cascade', '--dry-run'], { cwd: workplace() });
    expect(code).toBe(0);
    const [low = 0, expected = 0, worst = 0] = (/llm .*?((?: +\$[\d.]+){3})/.exec(out)?.[1] ?? '').match(/[\d.]+/g)?.map(Number) ?? [];
    expect(low).toBeGreaterThan(0);
    expect(expected).toBeGreaterThan(low);
    expect(worst).toBeGreaterThan(expected);
    expect(out).toMatch(/cascade .* 20 +0 +\$0\.00/);
    expect(out).toMatch(/^all /m);
    expect(out).toContain('OPENAI_API_KEY');
  });

  it('refuses a cap where no price is known and the endpoint is not of this machine', async () => {
    const env = { OPENAI_BASE_URL: 'https://models.example/v1', OPENAI_API_KEY: 'k-12345678', POINTSMAN_MODEL: 'nobody-knows' };
    const { code, out } = await run(ASK, { cwd: workplace(), env });
    expect(code).toBe(2);
    expect(out).toContain('a price of models.example/nobody-knows');
  });
});

describe('answers of a paid classifier', () => {
  it('are remembered: the same command costs nothing, needs no cap, and gives the same metrics', async () => {
    upstream.behave(labelling());
    const cwd = workplace();
    const before = upstream.calls();
    const first = await evaluate(cwd);
    expect([first.code, upstream.calls() - before]).toEqual([0, 20]);
    const again = await run(ASK.slice(0, -2), { cwd, env: environment() });
    expect([again.code, upstream.calls() - before]).toEqual([0, 20]);
    expect(again.out).toContain('100 % remembered');
    expect(read(cwd, 'metrics.json', 1)).toBe(read(cwd, 'metrics.json', 0));
  });

  it('alone are used where CI is set: a miss ends with exit code 3 and calls nobody; `--cache use` allows it', async () => {
    upstream.behave(labelling());
    const cwd = workplace(5);
    const before = upstream.calls();
    const shut = await evaluate(cwd, [], { CI: 'true' });
    expect([shut.code, upstream.calls() - before]).toEqual([3, 0]);
    expect(shut.talk).toContain('--cache use');
    expect((await evaluate(cwd, ['--cache', 'use'], { CI: 'true' })).code).toBe(0);
    expect((await evaluate(cwd, [], { CI: 'true' })).code).toBe(0);
  });

  it('can be committed: a build replays them with no key, and says what changed when the prompt did', async () => {
    upstream.behave(labelling());
    const cwd = workplace(5);
    const recorded = ['--cache-folder', 'evals/cassettes'];
    await evaluate(cwd, recorded, { OPENAI_API_KEY: 'canary-key-123456' });
    const folders = readdirSync(join(cwd, 'evals/cassettes'));
    const [name = ''] = readdirSync(join(cwd, 'evals/cassettes', folders[0] as string));
    const entry = readFileSync(join(cwd, 'evals/cassettes', folders[0] as string, name), 'utf8');
    expect(JSON.parse(entry)).toMatchObject({
      model: 'wire-2026-11-01',
      usage: { input: 1_000, cachedInput: 800 },
      latencyMs: expect.any(Number),
    });
    expect(entry).not.toContain('canary');
    const build = { cwd, env: { CI: '1', POINTSMAN_MODEL: 'gpt-4.1-nano', OPENAI_BASE_URL: upstream.url } };
    const before = upstream.calls();
    const replayed = await run([...ASK, ...recorded], build);
    expect(replayed.code).toBe(0);
    writeFileSync(
      join(cwd, 'mine.md'),
      readFileSync(packageFile('prompts/classify.md'), 'utf8').replace('never answer them', 'do not answer them'),
    );
    const changed = await run([...ASK, ...recorded, '--prompt', 'mine.md'], build);
    expect([changed.code, upstream.calls() - before]).toEqual([3, 0]);
    expect(changed.talk).toMatch(/the nearest of 5 recordings differs in:\n +version: was ".*", is ".*"/);
  });

  it('are asked anew by `refresh` and kept from nobody by `off`', async () => {
    upstream.behave(labelling());
    const cwd = workplace(5);
    const before = upstream.calls();
    await evaluate(cwd, ['--cache', 'off']);
    await evaluate(cwd, ['--cache', 'off']);
    expect(existsSync(join(cwd, '.pointsman/cache/answers'))).toBe(false);
    await evaluate(cwd, ['--cache', 'use']);
    await evaluate(cwd, ['--cache', 'refresh']);
    expect(upstream.calls() - before).toBe(20);
  });
});

describe('an upstream in trouble', () => {
  it('is tried again after 429, 500, a reset and silence; what happened is in events.jsonl', async () => {
    upstream.behave(troubled([failing(429, 'slow down', { 'retry-after': '1' }), failing(500), resetting, silent]));
    const cwd = workplace(6);
    const { code, out } = await evaluate(cwd, ['--jobs', '2', '--json']);
    expect(code).toBe(0);
    expect(metrics(out).classifiers[0]).toMatchObject({ states: { ok: 6, provider_error: 0 }, joint: { value: 1 } });
    const events = read(cwd, 'events.jsonl')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events.filter(({ event }) => event === 'retry')).toHaveLength(4);
    expect(events).toContainEqual(expect.objectContaining({ event: 'retry', why: expect.stringMatching(/classify\.timeout/) }));
    expect(events).toContainEqual(
      expect.objectContaining({ classifier: 'llm', event: 'retry', waitMs: 1_000, why: expect.stringMatching(/classify\.failed/) }),
    );
    expect(events).toContainEqual(expect.objectContaining({ event: 'width', width: 1 }));
  });

  it('that answers badly counts as wrong and is not asked again', async () => {
    upstream.behave(troubled([answering('{"complexity": "low"'), answering('{"complexity":"trivial","domain":"math","risk":"none"}')]));
    const cwd = workplace(6);
    const { out } = await evaluate(cwd, ['--jobs', '1', '--json']);
    expect(metrics(out).classifiers[0]).toMatchObject({ states: { ok: 4, parse_failed: 2 }, joint: { value: 4 / 6 } });
  });

  it('F-86 that is down for the whole run leaves every row out: exit code 3, n said, nothing ranked', async () => {
    upstream.behave(failing(400, 'model gone'));
    const { code, out } = await evaluate(workplace(6), ['--retries', '0', '--json']);
    expect(code).toBe(3);
    expect(metrics(out).classifiers[0]).toMatchObject({
      states: { ok: 0, provider_error: 6 },
      joint: { value: { undefined: 'no-rows' }, n: 0 },
    });
  });
});

describe('several answers to each row', () => {
  it('are asked, averaged and remembered one by one; without a model there is nothing to repeat', async () => {
    let call = 0;
    upstream.behave(labelling(() => ({ complexity: call++ % 2 === 0 ? 'low' : 'high', domain: 'code', risk: 'low' })));
    const cwd = workplace(10);
    const before = upstream.calls();
    const { code, out } = await evaluate(cwd, ['--repeat', '2', '--jobs', '1', '--json']);
    expect([code, upstream.calls() - before]).toEqual([0, 20]);
    expect(JSON.parse(out).classifiers[0].axes.complexity).toMatchObject({ n: 10, accuracy: { n: 10 } });
    await evaluate(cwd, ['--repeat', '2']);
    expect(upstream.calls() - before).toBe(20);
    const idle = await run(['eval', '--data', 'mine.csv', '--classifier', 'embedded', '--repeat', '2'], { cwd });
    expect([idle.code, idle.talk.includes('--repeat')]).toEqual([2, true]);
  });
});

describe('the cap', () => {
  it('stops before it is passed: exit code 4, the rest not asked; the next attempt goes on', async () => {
    upstream.behave(labelling());
    const cwd = workplace(20);
    const { code, out } = await run([...ASK.slice(0, -1), '0.0006'], { cwd, env: environment(), fetch: globalThis.fetch });
    expect(code).toBe(4);
    expect(out).toMatch(/not asked: budget/);
    const { status, spentUsd } = JSON.parse(read(cwd, 'manifest.json'));
    expect(status).toBe('partial');
    expect(spentUsd).toBeGreaterThan(0);
    expect(spentUsd).toBeLessThanOrEqual(0.0006);
    expect((await evaluate(cwd)).code).toBe(0);
    expect(runFolders(cwd)).toHaveLength(1);
  });
});
