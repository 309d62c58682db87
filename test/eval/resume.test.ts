import { describe, expect, it } from 'vitest';
import { RouterError } from '../../src/core/errors.ts';
import type { EvalClassifier, EvalFiles } from '../../src/eval/parts.ts';
import { oracle } from './helpers.ts';
import { counted, dataset, evaluate, metricsIn, unbroken } from './resume-helpers.ts';

describe('F-58 an interrupted run', () => {
  it('keeps what was answered; the same command goes on from there and ends with the same bytes', async () => {
    const files = dataset();
    const stop = new AbortController();
    const first = counted((call) => {
      if (call === 12) stop.abort();
    });
    await expect(evaluate(files, first, { signal: stop.signal })).rejects.toMatchObject({
      code: 'eval.interrupted',
      message: expect.stringContaining('12 of 30'),
    });
    const second = counted();
    const { folder, manifest } = await evaluate(files, second);
    expect(second.calls()).toBe(18);
    expect(manifest).toMatchObject({ status: 'complete', resumed: true });
    expect(metricsIn(files, folder)).toBe(await unbroken());
    expect(files.list('runs')).toHaveLength(1);
  });

  it('starts anew once it is complete', async () => {
    const files = dataset();
    await evaluate(files, counted());
    const again = counted();
    await evaluate(files, again);
    expect(again.calls()).toBe(30);
    expect(files.list('runs')).toHaveLength(2);
  });
});

describe('F-54 a torn tail', () => {
  it('is cut off and its row asked again', async () => {
    const files = dataset();
    const stop = new AbortController();
    const first = counted((call) => {
      if (call === 10) stop.abort();
    });
    await expect(evaluate(files, first, { signal: stop.signal })).rejects.toMatchObject({ code: 'eval.interrupted' });
    const log = `runs/${files.list('runs')[0]}/rows.jsonl`;
    files.truncate(log, files.read(log).length - 20);
    const second = counted();
    const { folder } = await evaluate(files, second);
    expect(second.calls()).toBe(21);
    expect(metricsIn(files, folder)).toBe(await unbroken());
  });
});

describe('F-55 a disk that fails', () => {
  /** Fails the n-th operation that changes a file, and every one after it. */
  function failing(files: EvalFiles, at: number): EvalFiles {
    let operation = 0;
    const guard =
      <A extends unknown[], R>(work: (...given: A) => R) =>
      (...given: A): R => {
        if (++operation >= at) throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
        return work(...given);
      };
    const open = (path: string) => {
      const log = files.openLog(path);
      return { ...log, append: guard(log.append) };
    };
    return {
      ...files,
      write: guard(files.write),
      createNew: guard(files.createNew),
      openLog: guard(open),
      truncate: guard(files.truncate),
    };
  }

  it('at any write stops the run at once, and the next attempt ends with the same bytes', async () => {
    const wanted = await unbroken();
    // A lock, a manifest, a log, thirty rows; rows served twice, what traffic looks like, two reports, the metrics, the manifest.
    for (let at = 1; at <= 41; at++) {
      const files = dataset();
      const broken = evaluate(failing(files, at), counted());
      if (at <= 40) await expect(broken, `write ${at}`).rejects.toThrow(/ENOSPC/);
      else await broken;
      files.remove(`runs/${files.list('runs')[0]}/lock`);
      const { folder } = await evaluate(files, counted());
      expect(metricsIn(files, folder), `write ${at}`).toBe(wanted);
    }
  });

  it('says what is kept and what to do', async () => {
    await expect(evaluate(failing(dataset(), 10), counted())).rejects.toMatchObject({
      code: 'state.unavailable',
      advice: expect.stringContaining('run the same command again'),
    });
  });
});

describe('rows lost to the provider', () => {
  it('stay lost on resume, and are asked again with --retry-errors', async () => {
    const lossy = (): EvalClassifier => ({
      ...counted(),
      classify: async (request) => {
        if (request.id === 'r3') throw new RouterError('provider.failed', 'down', { advice: 'wait' });
        if (request.id === 'r20') throw new RouterError('budget.exceeded', 'stop', { advice: 'none' });
        return oracle().classify(request);
      },
    });
    const stop = new AbortController();
    const files = dataset();
    const first: EvalClassifier = {
      ...lossy(),
      classify: async (request) => {
        if (request.id === 'r10') stop.abort();
        return lossy().classify(request);
      },
    };
    await evaluate(files, first, { signal: stop.signal }).catch(() => {});
    const { metrics } = await evaluate(files, counted(), { retryErrors: true });
    expect(metrics.classifiers[0]?.states).toMatchObject({ ok: 30, provider_error: 0 });
  });
});

describe('money over several attempts', () => {
  it('counts what earlier attempts spent towards the cap', async () => {
    const paid: EvalClassifier = {
      ...oracle('llm'),
      classify: async (request) => {
        const { label, source } = await oracle('llm').classify(request);
        return { label, source: { ...source, usd: 0.01 } };
      },
      paid: { model: 'm', estimateUsd: () => 0.01, missing: null },
    };
    const files = dataset();
    const first = await evaluate(files, paid, { maxUsd: 0.105 });
    expect(first).toMatchObject({ exitCode: 4, manifest: { status: 'partial' } });
    const second = await evaluate(files, paid, { maxUsd: 0.205 });
    expect(second.folder).toBe(first.folder);
    expect(second.metrics.classifiers[0]?.states).toMatchObject({ ok: 20, skipped_budget: 10 });
    expect(second.manifest.spentUsd).toBeCloseTo(0.1, 10);
  });
});

describe('a classifier that is set up wrongly', () => {
  it('ends the run with its own error: no row is lost to a provider that nobody asked', async () => {
    const error = new RouterError('input.not-found', 'cannot read `no.json`', { advice: 'check the path' });
    const broken = counted(() => {
      throw error;
    });
    await expect(evaluate(dataset(), broken)).rejects.toBe(error);
  });

  it('is told before there is a run folder', async () => {
    const files = dataset();
    const error = new RouterError('weights.invalid', 'no weights', { advice: 'check the file' });
    const prepare = () => {
      throw error;
    };
    await expect(evaluate(files, { ...counted(), prepare })).rejects.toBe(error);
    expect(files.list('runs')).toEqual([]);
  });
});
