import { describe, expect, it } from 'vitest';
import { cachedAnswers } from '../../src/eval/answer-cache.ts';
import { answerStore } from '../../src/eval/answer-store.ts';
import type { EvalClassifier } from '../../src/eval/parts.ts';
import { runEval } from '../../src/eval/run.ts';
import { csvOf, labelOf, memoryFiles, partsOf, turns } from './helpers.ts';

/** Answers with the number of the call, for a cent each. */
function paid(version = 'p1'): EvalClassifier & { calls: () => number } {
  let calls = 0;
  return {
    name: 'llm',
    version,
    calls: () => calls,
    paid: { model: 'm/x', estimateUsd: () => 0.01, missing: null },
    classify: async () => ({
      label: labelOf({ complexity: ['low', 'medium', 'high'][calls++ % 3] as string }),
      source: { classifier: 'llm', model: 'm/x', promptHash: 'h', usage: null, usd: 0.01, cached: false, flags: [] },
    }),
  };
}
let ticks = 0;
const clock = {
  now: () => 0,
  monotonic: () => {
    ticks += 5;
    return ticks;
  },
};
const ask = (text: string, id = 'a') => ({ id, messages: [{ role: 'user' as const, content: text }] });

describe('remembered answers', () => {
  it('are the same answer, marked, with what it cost when it was given; the id is no part of the question', async () => {
    const files = memoryFiles();
    const inner = paid();
    const remembering = cachedAnswers(inner, answerStore({ mode: 'use', folder: 'c' }, files), { clock });
    const first = await remembering.classify(ask('hi', 'a'));
    const again = await remembering.classify(ask('hi', 'b'));
    expect(inner.calls()).toBe(1);
    expect(again).toEqual({ label: first.label, source: { ...first.source, cached: true }, latencyMs: 5 });
  });

  it('differ by text, version and repeat: a repeat is another answer, not the same one counted again', async () => {
    const files = memoryFiles();
    const inner = paid();
    const at = (classifier: EvalClassifier, repeat: number) =>
      cachedAnswers(classifier, answerStore({ mode: 'use', folder: 'c' }, files), { clock, repeat });
    await at(inner, 0).classify(ask('hi'));
    await at(inner, 1).classify(ask('hi'));
    await at(inner, 0).classify(ask('ho'));
    expect(inner.calls()).toBe(3);
    const newer = paid('p2');
    await at(newer, 0).classify(ask('hi'));
    expect(newer.calls()).toBe(1);
  });

  it('are shared by equal questions asked at the same time: one call, one price', async () => {
    const inner = paid();
    const remembering = cachedAnswers(inner, answerStore({ mode: 'use', folder: 'c' }, memoryFiles()), { clock });
    const all = await Promise.all([ask('hi', 'a'), ask('hi', 'b'), ask('hi', 'c')].map((request) => remembering.classify(request)));
    expect(inner.calls()).toBe(1);
    expect(all.map(({ source }) => source.cached)).toEqual([false, true, true]);
  });

  it('depend on what the answer is read with: another taxonomy asks again', async () => {
    const store = answerStore({ mode: 'use', folder: 'c' }, memoryFiles());
    const inner = paid();
    for (const taxonomy of ['t1', 't2', 't1']) await cachedAnswers(inner, store, { clock, basis: { taxonomy } }).classify(ask('hi'));
    expect(inner.calls()).toBe(2);
  });

  it('T07 lone surrogates and order of keys do not collide', async () => {
    const files = memoryFiles();
    const inner = paid();
    const remembering = cachedAnswers(inner, answerStore({ mode: 'use', folder: 'c' }, files), { clock });
    for (const text of ['a\ud800', 'a\udbff', 'a\ufffd']) await remembering.classify(ask(text));
    expect(inner.calls()).toBe(3);
    await remembering.classify({ messages: [{ content: 'a\ud800', role: 'user' }], id: 'z' });
    expect(inner.calls()).toBe(3);
  });

  it('`only` never asks: a miss says what is missing', async () => {
    const inner = paid();
    await expect(
      cachedAnswers(inner, answerStore({ mode: 'only', folder: 'c' }, memoryFiles()), { clock }).classify(ask('hi', 'r7')),
    ).rejects.toMatchObject({
      code: 'cache.miss',
      message: expect.stringContaining('r7'),
    });
    expect(inner.calls()).toBe(0);
  });

  it('`refresh` asks anew and remembers that; `off` leaves the classifier alone', async () => {
    const files = memoryFiles();
    const inner = paid();
    await cachedAnswers(inner, answerStore({ mode: 'use', folder: 'c' }, files), { clock }).classify(ask('hi'));
    await cachedAnswers(inner, answerStore({ mode: 'refresh', folder: 'c' }, files), { clock }).classify(ask('hi'));
    const { label } = await cachedAnswers(inner, answerStore({ mode: 'use', folder: 'c' }, files), { clock }).classify(ask('hi'));
    expect([inner.calls(), label.complexity?.value]).toEqual([2, 'medium']);
    expect(cachedAnswers(inner, answerStore({ mode: 'off', folder: 'c' }, files), { clock })).toBe(inner);
  });

  it('a damaged entry is asked again; an error is never remembered', async () => {
    const files = memoryFiles();
    const inner = paid();
    const remembering = cachedAnswers(inner, answerStore({ mode: 'use', folder: 'c' }, files), { clock });
    await remembering.classify(ask('hi'));
    for (const path of files.all.keys()) files.write(path, '{"v":1,"raw');
    await remembering.classify(ask('hi'));
    expect(inner.calls()).toBe(2);
    const failing: EvalClassifier = { ...inner, classify: async () => Promise.reject(new Error('down')) };
    const wrapped = cachedAnswers(failing, answerStore({ mode: 'use', folder: 'd' }, files), { clock });
    await expect(wrapped.classify(ask('x'))).rejects.toThrow('down');
    expect(files.list('d')).toEqual([]);
  });
});

describe('a run on remembered answers', () => {
  const evaluate = async (files: ReturnType<typeof memoryFiles>, classifier: EvalClassifier, mode: 'use' | 'only' = 'use', maxUsd = 1) => {
    const options = {
      datasetFile: 'd/dev.csv',
      runsFolder: 'runs',
      ledgerFile: 'l',
      replicates: 100,
      maxUsd,
      cache: { mode, folder: 'c' },
    };
    const outcome = await runEval(options, partsOf({ files, classifiers: [classifier] }));
    if (outcome.kind !== 'done') throw new Error(outcome.screen);
    return outcome;
  };

  it('costs nothing now and says what it would cost fresh; the metrics are the same', async () => {
    const files = memoryFiles({ 'd/dev.csv': csvOf(30, turns) });
    const first = await evaluate(files, paid());
    const again = await evaluate(files, paid(), 'only', 0);
    expect(first.manifest).toMatchObject({ spentUsd: expect.closeTo(0.3, 10), cached: 0 });
    expect(again.manifest).toMatchObject({ spentUsd: 0, freshUsd: expect.closeTo(0.3, 10), cached: 1 });
    expect(again.screen).toContain('$0.00 this time ($0.30 if fresh, 100 % remembered)');
    expect(JSON.stringify(again.metrics)).toBe(JSON.stringify(first.metrics));
  });

  it('a miss under `only` ends the run instead of dropping rows', async () => {
    const files = memoryFiles({ 'd/dev.csv': csvOf(5, turns) });
    await expect(evaluate(files, paid(), 'only')).rejects.toMatchObject({ code: 'cache.miss' });
  });
});
