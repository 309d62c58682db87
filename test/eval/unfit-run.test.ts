import { describe, expect, it } from 'vitest';
import { RouterError } from '../../src/core/errors.ts';
import { Gate } from '../../src/eval/gate.ts';
import type { EvalClassifier, EvalFiles } from '../../src/eval/parts.ts';
import { evaluate, files, worse } from './conclude-helpers.ts';
import { classifierOf, oracle } from './helpers.ts';

describe('a run that lost too many rows', () => {
  const failing = (lost: number): EvalClassifier => {
    const base = oracle();
    return {
      ...base,
      classify: async (request, signal) => {
        if (Number(/question (\d+)/.exec(JSON.stringify(request))?.[1]) < lost)
          throw new RouterError('provider.failed', 'away', { advice: 'wait' });
        return base.classify(request, signal);
      },
    };
  };

  it('is INVALID with exit code 3, whatever the gate says, and names the way on', async () => {
    const gate = Gate.parse({ floors: { 'complexity.accuracy': 0.9 } });
    const { exitCode, metrics, screen } = await evaluate(files(), failing(3), { gate });
    expect([exitCode, metrics.verdict.word]).toEqual([3, 'INVALID']);
    expect(screen).toMatch(/^VERDICT {2}INVALID {3}3 of 60 rows of oracle \(5\.0 %\)/);
    expect(screen).toContain('--retry-errors');
  });

  const away = { ...failing(60), version: 'away' };
  const text = (shared: EvalFiles, path: string) => Buffer.from(shared.read(path)).toString();

  it('is never what `last` finds, nor a figure of the past', async () => {
    const shared = files();
    const { folder } = await evaluate(shared);
    const lost = await evaluate(shared, away);
    expect(lost.exitCode).toBe(3);
    const { conclusion, exitCode, folder: own } = await evaluate(shared, { ...worse, version: '2' }, { compare: 'last' });
    expect([conclusion.comparison?.reference.name, exitCode]).toEqual([folder, 0]);
    expect(text(shared, `${own}/report.html`)).not.toContain(lost.metrics.verdict.text);
  });

  it('ends with 3 and no significance when nothing is left to compare, whichever side lost it', async () => {
    const shared = files();
    await evaluate(shared);
    const { exitCode, conclusion, folder } = await evaluate(shared, away, { compare: 'last' });
    expect([exitCode, conclusion.comparison?.verdict.word, conclusion.comparison?.flips]).toEqual([3, 'INVALID', []]);
    let asked = 0;
    const counting = classifierOf('counting', () => {
      asked++;
      return { complexity: 'low', domain: 'code', risk: 'low' };
    });
    await expect(evaluate(shared, counting, { compare: folder })).rejects.toMatchObject({
      code: 'eval.invalid',
      message: expect.stringContaining('none of its 60 rows was answered'),
    });
    expect(asked).toBe(0);
  });

  it('is compared on what is left when named, with a warning instead of advice', async () => {
    const shared = files();
    const { folder } = await evaluate(shared, failing(30));
    const { conclusion, screen } = await evaluate(shared, { ...worse, version: '2' }, { compare: folder });
    expect(conclusion.comparison).toMatchObject({ n: 30, rows: { before: { all: 60, answered: 30 }, after: { all: 60, answered: 60 } } });
    expect(screen).toContain('act on nothing of this: of the older run, 30 of its 60 rows were lost to the provider');
  });

  it('is blessed neither by itself nor with a gate it passes, and the screen says why', async () => {
    for (const gate of [undefined, Gate.parse({ floors: { 'complexity.accuracy': 0.9 } })]) {
      const shared = files();
      const { exitCode, screen } = await evaluate(shared, failing(3), { bless: true, ...(gate === undefined ? {} : { gate }) });
      expect([exitCode, shared.exists('b/dev.json')]).toEqual([3, false]);
      expect(screen).toContain('NOT BLESSED  only a complete, valid run becomes a baseline: 3 of its 60 rows were lost to the provider');
      expect(screen).not.toContain('GATE     pass');
    }
  });

  it('is no reference a gate can pass against, skip or not: told before anything is asked', async () => {
    const shared = files();
    await evaluate(shared, oracle(), { bless: true });
    const baseline = JSON.parse(text(shared, 'b/dev.json'));
    const served = baseline.served.map((row: object) => ({ ...row, state: 'provider_error', label: {} }));
    shared.write('b/dev.json', JSON.stringify({ ...baseline, served }));
    for (const noncomparable of ['fail', 'skip'])
      await expect(
        evaluate(shared, oracle(), { compare: 'blessed', gate: Gate.parse({ primary: {}, noncomparable }) }),
      ).rejects.toMatchObject({ code: 'eval.invalid' });
  });

  it('shows no figure on rows without an answer', async () => {
    const none = await evaluate(files(), away);
    expect([none.metrics.n, none.metrics.router]).toEqual([0, { undefined: 'no-rows' }]);
    expect(none.screen).toMatch(/^VERDICT {2}INVALID .*\(n=0\)/);
    expect(none.screen).not.toMatch(/quality \.\d/);
    const shared = files();
    const half = await evaluate(shared, failing(30));
    expect(half.metrics.n).toBe(30);
    const served = text(shared, `${half.folder}/served.jsonl`).trim().split('\n');
    expect(served.filter((line) => line.includes('"model":null'))).toHaveLength(30);
  });

  it('is none while every row has its answer', async () => {
    expect((await evaluate(files())).metrics.verdict.word).toBe('MODELLED');
  });
});
