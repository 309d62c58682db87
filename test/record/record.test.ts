import { appendFileSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Alert } from '../../src/core/alert.ts';
import type { RouteRecord } from '../../src/core/record.ts';
import { fakeProvider } from '../../src/providers/fake.ts';
import { ALERT_DEFAULTS, createAlerts, stabilityIndex } from '../../src/record/alerts.ts';
import { jsonlRecorder, readRecords, sealed } from '../../src/record/jsonl.ts';
import { memoryRecorder } from '../../src/record/memory.ts';
import { outcomesOf } from '../../src/record/outcomes.ts';
import { createStats } from '../../src/record/stats.ts';
import { createRouter } from '../../src/router.ts';
import { policyOf } from '../support/policy.ts';

const file = () => join(mkdtempSync(join(tmpdir(), 'pointsman-')), 'deep', 'records.jsonl');

async function someRecords(count: number, recorder = memoryRecorder()): Promise<RouteRecord[]> {
  const router = createRouter({ policy: policyOf(['a/m']), providers: { a: fakeProvider() }, recorder, recordText: true });
  for (let request = 0; request < count; request++)
    await router.complete({ id: `r${request}`, messages: [{ role: 'user', content: `ask ${request}\u2028\n\u001b[0m` }] });
  return [...recorder.records];
}

describe('JSON lines', () => {
  test('what was written is read back, one line per record, readable by its owner alone', async () => {
    const path = file();
    const recorder = jsonlRecorder(path);
    const records = await someRecords(5);
    for (const record of records) await recorder.record(record);
    await recorder.feedback?.({ kind: 'feedback', requestId: 'r1', score: 1, at: new Date(0).toISOString() });
    await recorder.close();
    const text = readFileSync(path, 'utf8');
    expect(text.split('\n').length).toBe(7);
    expect([...text].filter((character) => character < ' ' && character !== '\n')).toEqual([]);
    expect(text).not.toMatch(/[\u2028\u2029]/);
    expect(readRecords(text)).toEqual({
      records,
      feedbacks: [{ kind: 'feedback', requestId: 'r1', score: 1, at: '1970-01-01T00:00:00.000Z' }],
      bad: 0,
    });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await expect(recorder.record(records[0] as RouteRecord)).rejects.toMatchObject({ code: 'record.failed' });
  });

  test('a tail torn at any byte is cut when the file is opened again, and nothing else', async () => {
    const records = await someRecords(3);
    const lines = records.map((record) => `${sealed(record)}\n`);
    const whole = lines.join('');
    const cuts = [1, 17, (lines[2]?.length ?? 2) - 1];
    for (const cut of cuts) {
      const path = join(mkdtempSync(join(tmpdir(), 'pointsman-')), 'r.jsonl');
      writeFileSync(path, Buffer.from(whole).subarray(0, Buffer.byteLength(whole) - cut));
      const recorder = jsonlRecorder(path);
      await recorder.record(records[2] as RouteRecord);
      await recorder.close();
      expect(readRecords(readFileSync(path, 'utf8'))).toMatchObject({ records, bad: 0 });
    }
    const only = file();
    jsonlRecorder(only);
    appendFileSync(only, 'x'.repeat(200_000));
    await jsonlRecorder(only).close();
    expect(statSync(only).size).toBe(0);
  });

  test('an altered line is not believed', async () => {
    const [record] = await someRecords(1);
    const line = sealed(record as RouteRecord);
    fc.assert(
      fc.property(fc.nat(line.length - 1), fc.constantFrom('0', 'x', '"'), (at, character) => {
        fc.pre(line[at] !== character);
        const altered = line.slice(0, at) + character + line.slice(at + 1);
        expect(readRecords(altered)).toMatchObject({ records: [], bad: 1 });
      }),
      { seed: 7, numRuns: 200 },
    );
  });

  test('a path that cannot be written says so at the start', () => {
    const taken = join(mkdtempSync(join(tmpdir(), 'pointsman-')), 'file');
    writeFileSync(taken, '');
    expect(() => jsonlRecorder(join(taken, 'records.jsonl'))).toThrow(expect.objectContaining({ code: 'record.failed' }));
  });
});

describe('feedback', () => {
  test('joins its answer as an outcome the harness reads; the latest word counts', async () => {
    const recorder = memoryRecorder();
    await someRecords(2, recorder);
    const router = createRouter({ policy: policyOf(['a/m']), providers: { a: fakeProvider() }, recorder });
    await router.feedback('r0', 0.25);
    await router.feedback('r0', 1, 'on reflection');
    await router.feedback('unknown', 1);
    await expect(router.feedback('r0', 7)).rejects.toMatchObject({ code: 'input.invalid' });
    const table = outcomesOf(recorder.records, recorder.feedbacks);
    expect(table).toMatchObject({ rows: 1, unusable: 1 });
    expect(table.outcomes).toMatch(/^id,model,quality,input_tokens,output_tokens\nr0,a\/m,1,\d+,\d+\n$/);
    expect(JSON.parse(table.prompts)).toMatchObject({ id: 'r0', prompt: expect.stringContaining('ask 0') });
  });

  test('without a recorder there is nowhere to keep it, and that is said', async () => {
    await expect(createRouter({}).feedback('r', 1)).rejects.toMatchObject({ code: 'options.invalid', where: 'recorder' });
  });
});

describe('statistics', () => {
  test('count models, labels, languages, times and money, against one named model', async () => {
    const policy = policyOf(['a/m', { id: 'b/m', tier: 'high', price: { input: 100, output: 200 } }]);
    const router = createRouter({ policy, providers: { a: fakeProvider(), b: fakeProvider() }, compareWith: 'b/m' });
    for (let request = 0; request < 4; request++) await router.complete('what is the capital of France?');
    await expect(router.complete('x', { unavailable: { 'a/m': 'off', 'b/m': 'off' } })).rejects.toMatchObject({ code: 'run.refused' });
    const stats = router.stats();
    expect(stats).toMatchObject({ requests: 5, answered: 4, failed: 0, refused: 1, unknownCost: 0, languages: { en: 4 } });
    expect(stats.models['a/m']?.requests).toBe(4);
    expect(Object.values(stats.labels.complexity ?? {}).reduce((sum, count) => sum + count, 0)).toBe(5);
    expect(stats.overheadMs.samples).toBe(5);
    expect(stats.saving?.usd).toBeGreaterThan(stats.spendUsd);
    expect(stats.saving?.requests).toBe(4);
  });

  test('no data is null, not 0; an unknown cost is counted apart and saves nothing', async () => {
    expect(createStats().stats()).toMatchObject({ latencyMs: { p50: null, p99: null, samples: 0 }, saving: null });
    const policy = policyOf([{ id: 'a/m', tier: 'low', price: { input: null, output: null } }, 'b/m']);
    const router = createRouter({ policy, providers: { a: fakeProvider(), b: fakeProvider() }, compareWith: 'b/m' });
    await router.complete('hello there', { model: 'a/m' });
    expect(router.stats()).toMatchObject({ answered: 1, unknownCost: 1, spendUsd: 0, saving: { requests: 0, usd: 0 } });
  });
});

describe('alerts', () => {
  const record = async () => (await someRecords(1))[0] as RouteRecord;

  test('tell of failures once, and again only after things were well', async () => {
    const good = await record();
    const bad: RouteRecord = {
      ...good,
      executed: { ...(good.executed as NonNullable<RouteRecord['executed']>), model: null, attempts: [] },
    };
    const alerts: Alert[] = [];
    const observe = createAlerts(ALERT_DEFAULTS, (alert) => alerts.push(alert));
    const feed = (each: RouteRecord, times: number) => {
      for (let at = 0; at < times; at++) observe(each);
    };
    feed(good, 40);
    feed(bad, 20);
    expect(alerts.map(({ kind }) => kind)).toEqual(['failures']);
    feed(good, 60);
    feed(bad, 10);
    expect(alerts.map(({ kind }) => kind)).toEqual(['failures', 'failures']);
  });

  test('tell of spending once a day, and of a changed mix of labels', async () => {
    const base = await record();
    const alerts: Alert[] = [];
    const observe = createAlerts({ ...ALERT_DEFAULTS, dailyUsd: 1 }, (alert) => alerts.push(alert));
    const dear = (at: string): RouteRecord => ({
      ...base,
      at,
      executed: { ...(base.executed as NonNullable<RouteRecord['executed']>), usd: 0.6 },
    });
    for (const at of ['2026-01-01T01:00:00Z', '2026-01-01T02:00:00Z', '2026-01-01T03:00:00Z', '2026-01-02T01:00:00Z']) observe(dear(at));
    expect(alerts).toEqual([{ kind: 'spend', spentUsd: 1.2, limitUsd: 1 }]);
    const labelled = (value: string): RouteRecord => ({ ...base, label: { complexity: { value, confidence: 1, unsure: null } } });
    const drift: Alert[] = [];
    const watch = createAlerts(ALERT_DEFAULTS, (alert) => drift.push(alert));
    for (let at = 0; at < 400; at++) watch(labelled(at % 2 === 0 ? 'low' : 'medium'));
    expect(drift).toEqual([]);
    for (let at = 0; at < 200; at++) watch(labelled('high'));
    expect(drift).toEqual([{ kind: 'label-drift', axis: 'complexity', index: expect.any(Number), requests: 200 }]);
  });

  test('the stability index of a hand-worked case', () => {
    // Shares .5/.5 against .9/.1, each count raised by a half over 101: (50.5 − 90.5)/101 · ln(50.5/90.5) + (50.5 − 10.5)/101 · ln(50.5/10.5).
    const before = new Map([
      ['a', 50],
      ['b', 50],
    ]);
    const after = new Map([
      ['a', 90],
      ['b', 10],
    ]);
    expect(stabilityIndex(before, after)).toBeCloseTo((-40 / 101) * Math.log(50.5 / 90.5) + (40 / 101) * Math.log(50.5 / 10.5), 12);
  });
});
