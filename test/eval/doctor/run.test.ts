import { describe, expect, it } from 'vitest';
import { auditRun, newestRun } from '../../../src/eval/doctor/run.ts';
import type { EvalClassifier } from '../../../src/eval/parts.ts';
import type { Predicted } from '../../../src/eval/predict.ts';
import { runEval } from '../../../src/eval/run.ts';
import { encodeRow } from '../../../src/eval/run-log.ts';
import { encodeServed, type ServedRow } from '../../../src/eval/served.ts';
import { classifierOf, csvOf, labelOf, memoryFiles, oracle, partsOf, policyOf, turns } from '../helpers.ts';

const policy = policyOf();
const head = { schemaVersion: 1, status: 'complete', startedAt: '2026-11-21T09:14:03Z', identity: { policy: policy.hash }, hash: 'x' };

const predicted = (index: number, change: Partial<Predicted> = {}): Predicted => ({
  id: `r${index}`,
  state: 'ok',
  label: labelOf({}),
  usd: 0.001,
  model: 'a/small',
  answeredBy: null,
  promptHash: 'p',
  usage: { input: 100 + index, cachedInput: null, output: 5, reasoning: null },
  error: null,
  cached: false,
  ms: 300,
  ...change,
});
const served = (index: number, change: Partial<ServedRow> = {}): ServedRow => ({
  id: `r${index}`,
  cluster: String(index),
  slices: [],
  gold: { risk: index % 2 === 0 ? 'low' : 'high' },
  label: { risk: { value: index % 2 === 0 ? 'low' : 'high', confidence: 0.5 + index / 100 } },
  state: 'ok',
  model: index % 3 === 0 ? 'a/small' : 'b/mid',
  quality: 1,
  usd: 0.001,
  text: `some words ${index}`,
  ...change,
});

type Run = { head?: object; rows?: Predicted[]; served?: ServedRow[]; metrics?: object };
const audit = ({ head: manifest = head, rows = [], served: lines = [], metrics }: Run) => {
  const files = memoryFiles({
    'runs/one/manifest.json': JSON.stringify(manifest),
    'runs/one/rows.jsonl': rows.map((row) => `${encodeRow('llm', row)}\n`).join(''),
    'runs/one/served.jsonl': encodeServed(lines),
    ...(metrics === undefined ? {} : { 'runs/one/metrics.json': JSON.stringify(metrics) }),
  });
  return Object.fromEntries(auditRun('runs/one', policy.hash, files).findings.map(({ code, examples }) => [code, examples]));
};
const many = <T>(make: (index: number) => T): T[] => Array.from({ length: 30 }, (_, index) => make(index));

describe('the audit of a run', () => {
  it('finds nothing in an honest one', () => {
    expect(audit({ rows: many((index) => predicted(index)), served: many((index) => served(index)) })).toEqual({});
  });

  it('tells calls for $0, of constant length, faster than any network, from the cache alone', () => {
    expect(audit({ rows: many((index) => predicted(index, { usd: 0 })) })).toEqual({ 'zero-cost': ['llm'] });
    const usage = { input: 7, cachedInput: null, output: 5, reasoning: null };
    expect(audit({ rows: many((index) => predicted(index, { usage })) })).toEqual({ 'constant-tokens': ['llm'] });
    expect(audit({ rows: many((index) => predicted(index, { ms: 1 })) })).toEqual({ 'faster-than-physics': ['llm'] });
    expect(audit({ rows: many((index) => predicted(index, { ms: 1, cached: true })) })).toEqual({ 'all-cached': ['llm'] });
    expect(audit({ rows: many((index) => predicted(index, { model: null, usd: 0, usage: null, ms: 0.1 })) })).toEqual({});
  });

  it('tells rows lost to the provider, a run that is not complete, one of another policy, and altered rows', () => {
    const lost = predicted(0, { state: 'provider_error', label: null, error: 'provider.failed' });
    expect(audit({ rows: [lost, ...many((index) => predicted(index + 1))] })).toEqual({ 'provider-errors': ['1 of 31 rows'] });
    expect(audit({ head: { ...head, status: 'running', identity: { policy: 'old' } } })).toEqual({
      unfinished: ['running'],
      'other-policy': [`old, now ${policy.hash}`],
    });
    const files = memoryFiles({
      'r/manifest.json': JSON.stringify(head),
      'r/rows.jsonl': `{"v":1,"altered":true}\n${encodeRow('llm', predicted(1))}\n`,
    });
    expect(auditRun('r', policy.hash, files).findings.map(({ code, severity }) => [code, severity])).toEqual([['damaged-rows', 'error']]);
    expect(auditRun('nowhere', policy.hash, memoryFiles()).findings[0]).toMatchObject({ code: 'no-manifest', severity: 'error' });
  });

  it('tells labels never given, confidences all alike, and one model for everything', () => {
    const never = many((index) => served(index, { label: { risk: { value: 'low', confidence: 0.5 + index / 100 } } }));
    expect(audit({ served: never })).toEqual({ 'never-predicted': ['risk high (15 rows)'] });
    const equal = many((index) => served(index, { label: { risk: { value: index % 2 === 0 ? 'low' : 'high', confidence: 0.8 } } }));
    expect(audit({ served: equal })).toEqual({ 'equal-confidence': ['risk'] });
    expect(audit({ served: many((index) => served(index, { model: 'a/small' })) })).toEqual({ collapse: ['a/small, 30 rows'] });
  });

  it('tells gold labels that stand in the texts: written out in some, or as a word in most', () => {
    const gold = (index: number) => (index % 2 === 0 ? 'low' : 'high');
    const some = many((index) => served(index, index < 3 ? { text: `my question. Risk = "${gold(index)}"` } : {}));
    expect(audit({ served: some })).toEqual({ 'gold-in-text': ['risk in 3 of 30, such as r0'] });
    const most = many((index) => served(index, index < 20 ? { text: `a ${gold(index)} fence` } : {}));
    expect(audit({ served: most })).toEqual({ 'gold-in-text': ['risk in 20 of 30, such as r0'] });
    expect(audit({ served: many((index) => served(index, { text: 'how low or high is it' })).slice(0, 12) })).toEqual({});
  });

  it('tells free models, unknown costs and a router that routes nothing on a table', () => {
    const metrics = {
      kind: 'outcomes',
      models: [
        { model: 'a', usdPer1k: 0 },
        { model: 'b', usdPer1k: null },
      ],
      router: { mix: { a: 1, b: 0 } },
      fit: { inSample: true },
    };
    expect(audit({ metrics })).toEqual({ 'zero-price': ['a'], 'cost-unknown': ['b'], 'in-sample': ['--in-sample'], collapse: ['a'] });
    const labels = { kind: 'labels', testLooks: 9, dataset: { skipped: 2 } };
    expect(audit({ metrics: labels })).toEqual({ 'many-looks': ['9 looks'], 'skipped-rows': ['2 rows'] });
  });

  it('reads what an evaluation really writes', async () => {
    const files = memoryFiles({ 'd.csv': csvOf(60, turns) });
    const blind: EvalClassifier = classifierOf('blind', () => ({ complexity: 'low', domain: 'law', risk: 'low' }));
    for (const classifiers of [[oracle()], [blind]])
      await runEval({ datasetFile: 'd.csv', runsFolder: 'runs', ledgerFile: 'ledger', replicates: 100 }, partsOf({ files, classifiers }));
    const newest = newestRun('runs', files) as string;
    const all = files.list('runs').map((name) => auditRun(`runs/${name}`, policy.hash, files));
    const codes = all.map(({ findings }) => findings.map(({ code }) => code).sort());
    expect(codes).toContainEqual(['equal-confidence', 'gold-in-text']);
    expect(codes).toContainEqual(['collapse', 'equal-confidence', 'gold-in-text', 'never-predicted']);
    expect(all.some(({ folder }) => folder === newest)).toBe(true);
    expect(newestRun('nowhere', files)).toBeNull();
  });
});
