import { describe, expect, it } from 'vitest';
import type { EvalClassifier } from '../../src/eval/parts.ts';
import { runEval } from '../../src/eval/run.ts';
import { csvOf, labelOf, memoryFiles, oracle, partsOf, turns } from './helpers.ts';

/** Right about complexity on two answers of three to each row, about the rest always; a cent each. */
function wavering(): EvalClassifier & { calls: () => number } {
  const asked = new Map<string, number>();
  let calls = 0;
  const inner = oracle('llm');
  return {
    ...inner,
    version: 'v',
    calls: () => calls,
    paid: { model: 'm/x', estimateUsd: () => 0.01, missing: null },
    classify: async (request) => {
      calls++;
      const id = request.id ?? '';
      const time = asked.get(id) ?? 0;
      asked.set(id, time + 1);
      const { label } = await inner.classify(request);
      const wrong = {
        ...label,
        ...Object.fromEntries([['complexity', labelOf({ complexity: label.complexity?.value === 'low' ? 'high' : 'low' }).complexity]]),
      };
      const usd = 0.01 * (time + 1);
      return {
        label: (time % 3 === 1 ? wrong : label) as typeof label,
        source: { classifier: 'llm', model: 'm/x', promptHash: 'h', usage: null, usd, cached: false, flags: [] },
      };
    },
  };
}

const evaluate = async (files: ReturnType<typeof memoryFiles>, classifier: EvalClassifier, repeat: number, maxUsd = 10) => {
  const options = {
    datasetFile: 'd/dev.csv',
    runsFolder: 'runs',
    ledgerFile: 'l',
    replicates: 100,
    maxUsd,
    repeat,
    cache: { mode: 'use' as const, folder: 'c' },
  };
  const outcome = await runEval(options, partsOf({ files, classifiers: [classifier] }));
  if (outcome.kind !== 'done') throw new Error(outcome.screen);
  return outcome;
};

describe('repeats', () => {
  it('are averaged within a row and never counted as rows', async () => {
    const files = memoryFiles({ 'd/dev.csv': csvOf(30, turns) });
    const { metrics, manifest, screen } = await evaluate(files, wavering(), 3);
    const [scored] = metrics.classifiers;
    expect(scored?.axes.complexity?.accuracy).toMatchObject({ n: 30, hits: 20, value: 2 / 3 });
    expect(scored?.axes.domain?.accuracy).toMatchObject({ n: 30, hits: 30, value: 1 });
    expect(scored?.joint).toMatchObject({ n: 30, value: 2 / 3 });
    expect(scored?.axes).toMatchObject({ complexity: { agreement: 0 }, domain: { agreement: 1 } });
    expect(screen).toContain('same answer every time .000');
    // Ninety answers at 1, 2 and 3 cents: twenty dollars a thousand.
    expect(scored?.usdPer1k).toBeCloseTo(20, 9);
    expect(manifest.spentUsd).toBeCloseTo(1.8, 9);
    expect(manifest.classifying[0]).toMatchObject({ rows: 90 });
  });

  it('are different answers in the memory: a second run asks nobody and says the same', async () => {
    const files = memoryFiles({ 'd/dev.csv': csvOf(12, turns) });
    const first = await evaluate(files, wavering(), 3);
    const silent = wavering();
    const again = await evaluate(files, silent, 3, 0);
    expect(silent.calls()).toBe(0);
    expect(JSON.stringify(again.metrics)).toBe(JSON.stringify(first.metrics));
    const more = wavering();
    await evaluate(files, more, 4);
    expect(more.calls()).toBe(12);
  });

  it('are resumed answer by answer, and estimated before', async () => {
    const files = memoryFiles({ 'd/dev.csv': csvOf(10, turns) });
    const options = { datasetFile: 'd/dev.csv', runsFolder: 'runs', ledgerFile: 'l', replicates: 100, repeat: 2, dryRun: true };
    const { screen } = await runEval(options, partsOf({ files, classifiers: [wavering()] }));
    expect(screen).toMatch(/llm +m\/x +20 +0 +\$0\.20/);
    const poor = wavering();
    const options2 = { ...options, dryRun: false, maxUsd: 0.145 };
    const cut = await runEval(options2, partsOf({ files, classifiers: [poor] }));
    expect([cut.exitCode, poor.calls()]).toEqual([4, 14]);
    const rest = wavering();
    const whole = await runEval({ ...options2, maxUsd: 10 }, partsOf({ files, classifiers: [rest] }));
    expect([whole.exitCode, rest.calls()]).toEqual([0, 6]);
  });

  it('do nothing for classifiers that ask no model, and that is said', async () => {
    const files = memoryFiles({ 'd/dev.csv': csvOf(5, turns) });
    const options = { datasetFile: 'd/dev.csv', runsFolder: 'runs', ledgerFile: 'l', repeat: 3 };
    await expect(runEval(options, partsOf({ files }))).rejects.toMatchObject({ code: 'options.invalid' });
  });
});
