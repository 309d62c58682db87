import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { csvOf, turns } from '../eval/helpers.ts';
import { folder, run } from './io.ts';

function workplace(): string {
  const cwd = folder();
  writeFileSync(join(cwd, 'mine.csv'), csvOf(45, turns));
  return cwd;
}

describe('pointsman eval', () => {
  it('prints the first screen and leaves a run folder', async () => {
    const cwd = workplace();
    const { code, out } = await run(['eval', '--data', 'mine.csv', '--classifier', 'embedded', '--replicates', '100'], { cwd });
    expect(code).toBe(0);
    expect(out).toMatch(/^VERDICT {2}MODELLED/);
    const [runFolder = ''] = readdirSync(join(cwd, '.pointsman/runs'));
    expect(readdirSync(join(cwd, '.pointsman/runs', runFolder)).sort()).toEqual([
      'manifest.json',
      'metrics.json',
      'report.md',
      'rows.jsonl',
    ]);
    expect(
      readFileSync(join(cwd, '.pointsman/runs', runFolder, 'rows.jsonl'), 'utf8')
        .trim()
        .split('\n'),
    ).toHaveLength(45);
  });

  it('gives the metrics as JSON', async () => {
    const { out } = await run(['eval', '--data', 'mine.csv', '--classifier', 'embedded', '--replicates', '100', '--json'], {
      cwd: workplace(),
    });
    expect(JSON.parse(out)).toMatchObject({ schemaVersion: 1, kind: 'labels', n: 45, verdict: { word: 'MODELLED' } });
  });

  it('scores predictions written by classify', async () => {
    const cwd = workplace();
    await run(['classify', '--in', 'mine.csv', '--out', 'labels.jsonl'], { cwd });
    const { out } = await run(['eval', '--data', 'mine.csv', '--predictions', 'labels.jsonl', '--replicates', '100', '--json'], { cwd });
    expect(JSON.parse(out).classifiers).toMatchObject([{ classifier: 'embedded', states: { ok: 45 } }]);
  });

  it('spends nothing on a paid classifier without a key and a cap: it says what to set, never the key', async () => {
    const cwd = workplace();
    const env = { OPENAI_API_KEY: 'sk-secret-canary\n' };
    const { code, out, talk } = await run(['eval', '--data', 'mine.csv', '--classifier', 'llm'], { cwd, env });
    expect(code).toBe(2);
    expect(out).toContain('OPENAI_API_KEY');
    expect(out).toContain('--max-usd');
    expect(out).toMatch(/about \$0\.\d+ at list price/);
    expect(out + talk).not.toContain('canary');
    expect(existsSync(join(cwd, '.pointsman'))).toBe(false);
  });

  it('keeps the test split shut without --yes when nobody can be asked', async () => {
    const cwd = workplace();
    const shut = await run(['eval', '--data', 'mine.csv', '--split', 'test', '--classifier', 'embedded'], { cwd });
    expect(shut.code).toBe(2);
    expect(shut.talk).toContain('--yes');
    const opened = await run(['eval', '--data', 'mine.csv', '--split', 'test', '--classifier', 'embedded', '--replicates', '100'], {
      cwd,
      ask: async () => true,
    });
    expect(opened.code).toBe(0);
    expect(readFileSync(join(cwd, '.pointsman/test-ledger.jsonl'), 'utf8')).toContain('"dataset":"mine.csv"');
  });

  it('names the bad rows of a dataset', async () => {
    const cwd = folder();
    writeFileSync(join(cwd, 'bad.csv'), 'id,text,complexity\n1,hello,easy\n');
    const { code, talk } = await run(['eval', '--data', 'bad.csv', '--classifier', 'embedded'], { cwd });
    expect(code).toBe(2);
    expect(talk).toContain('bad.csv:2');
  });
});
