import { describe, expect, it } from 'vitest';
import type { EvalFiles } from '../../src/eval/parts.ts';
import { counted, dataset, evaluate } from './resume-helpers.ts';

describe('F-56 two runs on one folder', () => {
  const interrupted = async (files: EvalFiles) => {
    const stop = new AbortController();
    await evaluate(
      files,
      counted(() => stop.abort()),
      { signal: stop.signal },
    ).catch(() => {});
    return `runs/${files.list('runs')[0]}`;
  };

  it('the second is told who holds it', async () => {
    const files = dataset();
    const folder = await interrupted(files);
    files.write(`${folder}/lock`, JSON.stringify({ pid: 99 }));
    const living = { pid: 4711, isAlive: (pid: number) => pid === 99 };
    await expect(evaluate(files, counted(), { resume: folder }, { process: living })).rejects.toMatchObject({
      code: 'eval.locked',
      message: expect.stringContaining('99'),
    });
    const { folder: other } = await evaluate(files, counted(), {}, { process: living });
    expect(other).not.toBe(folder);
  });

  it('a lock of a process that is gone is taken over', async () => {
    const files = dataset();
    const folder = await interrupted(files);
    files.write(`${folder}/lock`, JSON.stringify({ pid: 99 }));
    expect((await evaluate(files, counted())).folder).toBe(folder);
    expect(files.exists(`${folder}/lock`)).toBe(false);
  });

  it('a second paid run of the same kind is told of the first, which asks as before; another folder of runs is another run', async () => {
    const files = dataset();
    const paid = () => ({ ...counted(), paid: { model: 'm/x', estimateUsd: () => 0.001, missing: null } });
    const both = await Promise.allSettled([paid(), paid()].map((classifier) => evaluate(files, classifier, { maxUsd: 1 })));
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    const folder = `runs/${files.list('runs')[0]}`;
    expect(files.list('runs')).toHaveLength(1);
    expect(both[1]).toMatchObject({ reason: { code: 'eval.locked', where: folder, message: expect.stringContaining(folder) } });
    await evaluate(files, paid(), { maxUsd: 1, runsFolder: 'others' });
  });

  it('that start in the same instant: the one that finds the other at the door goes', async () => {
    const files = dataset();
    const paid = { ...counted(), paid: { model: 'm/x', estimateUsd: () => 0.001, missing: null } };
    await evaluate(files, paid, { maxUsd: 1 });
    const { hash } = JSON.parse(files.read(`runs/${files.list('runs')[0]}/manifest.json`).toString()) as { hash: string };
    files.write(`runs/.starting-${hash}`, JSON.stringify({ pid: 99 }));
    const living = { pid: 4711, isAlive: (pid: number) => pid === 99 };
    await expect(evaluate(files, paid, { maxUsd: 1 }, { process: living })).rejects.toMatchObject({ code: 'eval.locked' });
    await evaluate(files, paid, { maxUsd: 1 });
    expect(files.exists(`runs/.starting-${hash}`)).toBe(false);
  });

  it('of one process do not share a folder', async () => {
    const files = dataset();
    const [one, other] = await Promise.all([evaluate(files, counted()), evaluate(files, counted())]);
    expect(one.folder).not.toBe(other.folder);
  });
});

describe('F-57 a run that changed', () => {
  it('is refused by name with what differs, unless allowed, and then marked', async () => {
    const files = dataset();
    const stop = new AbortController();
    await evaluate(
      files,
      counted(() => stop.abort()),
      { signal: stop.signal },
    ).catch(() => {});
    const folder = `runs/${files.list('runs')[0]}`;
    const newer = { ...counted(), version: 'prompt-2' };
    await expect(evaluate(files, newer, { resume: folder })).rejects.toMatchObject({
      code: 'eval.invalid',
      message: expect.stringContaining('oracle prompt-2'),
    });
    const { manifest, screen } = await evaluate(files, newer, { resume: folder, allowChanged: true });
    expect(manifest.changed).toBe(true);
    expect(screen).toContain('CHANGED');
  });

  it('without a name is another run', async () => {
    const files = dataset();
    const stop = new AbortController();
    await evaluate(
      files,
      counted(() => stop.abort()),
      { signal: stop.signal },
    ).catch(() => {});
    const newer = { ...counted(), version: 'prompt-2' };
    await evaluate(files, newer);
    expect(files.list('runs')).toHaveLength(2);
  });
});
