import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageFile } from '../../src/config/files.ts';
import { csvOf, turns } from '../eval/helpers.ts';
import { specialists, tableFiles } from '../eval/table/helpers.ts';
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
      'drift.json',
      'manifest.json',
      'metrics.json',
      'report.html',
      'report.md',
      'rows.csv',
      'rows.jsonl',
      'served.jsonl',
    ]);
    expect(
      readFileSync(join(cwd, '.pointsman/runs', runFolder, 'rows.jsonl'), 'utf8')
        .trim()
        .split('\n'),
    ).toHaveLength(45);
  });

  it.each([
    ['topic', 'found `id`, `text`, `topic`\n'],
    ['complxity', 'found `id`, `text`, `complxity` (did you mean `complexity`?)\n'],
    ['Risk', 'found `id`, `text`, `Risk` (did you mean `risk`?)\n'],
  ])('ends with 2 where no column is an axis but `%s`, and says which were expected and found', async (column, found) => {
    const cwd = folder();
    writeFileSync(join(cwd, 'tickets.csv'), `id,text,${column}\n1,my parcel is late,low\n2,I want my money back,low\n`);
    const { code, talk } = await run(['eval', '--data', 'tickets.csv', '--classifier', 'rules', '--replicates', '100'], { cwd });
    expect([code, existsSync(join(cwd, '.pointsman'))]).toEqual([2, false]);
    expect(talk).toContain(`\`tickets.csv\` has no column of labels: expected \`complexity\`, \`domain\`, \`risk\`; ${found}`);
    expect(talk).toContain('`pointsman init DIR --data FILE`');
  });

  it('tells of a misspelt axis beside others that are not', async () => {
    const cwd = folder();
    writeFileSync(join(cwd, 'mine.csv'), csvOf(20, turns).replace('domain', 'domian'));
    const { code, out } = await run(['eval', '--data', 'mine.csv', '--classifier', 'rules', '--replicates', '100'], { cwd });
    expect([code, out.includes('column `domian` is no axis and was not read; did you mean `domain`?')]).toEqual([0, true]);
  });

  it('says that a cost is unknown, and no more of routing, for labels of a file', async () => {
    const cwd = folder();
    writeFileSync(join(cwd, 'mine.csv'), csvOf(90, turns));
    await run(['classify', '--in', 'mine.csv', '--out', 'labels.jsonl', '--classifier', 'rules'], { cwd });
    const { out } = await run(['eval', '--data', 'mine.csv', '--predictions', 'labels.jsonl', '--replicates', '100'], { cwd });
    expect(out).toMatch(/^VERDICT {2}MODELLED {3}no lift over the free mix of fixed models: cost unknown \(n=90\)\n {9}bring prices/);
    expect(out).toContain('cost/1k unknown (classifier unknown of it)');
    expect(out).not.toContain('routing does not pay for sure');
  });

  it('gives the metrics as JSON', async () => {
    const { out } = await run(['eval', '--data', 'mine.csv', '--classifier', 'embedded', '--replicates', '100', '--json'], {
      cwd: workplace(),
    });
    expect(JSON.parse(out)).toMatchObject({ schemaVersion: 1, kind: 'labels', n: 45, verdict: { word: 'MODELLED' } });
  });

  it('leaves what its requests look like, and says later whether they still do', async () => {
    const cwd = workplace();
    const argv = ['eval', '--classifier', 'keywords', '--replicates', '100'];
    await run([...argv, '--data', 'mine.csv'], { cwd });
    const [runFolder = ''] = readdirSync(join(cwd, '.pointsman/runs'));
    const reference = join('.pointsman/runs', runFolder, 'drift.json');
    expect(JSON.parse(readFileSync(join(cwd, reference), 'utf8'))).toMatchObject({ requests: 45, passed: null, usd: null });
    const same = await run([...argv, '--data', 'mine.csv', '--drift', reference], { cwd });
    expect(same.out).toContain('DRIFT     traffic looks as it did (45 requests against 45)');
    writeFileSync(
      join(cwd, 'other.csv'),
      csvOf(60, turns, (index) => ({ text: `prove theorem ${index} rigorously, step by step, and analyze the algorithm` })),
    );
    const moved = await run([...argv, '--data', 'other.csv', '--drift', reference, '--json'], { cwd });
    const { drift, folder: movedFolder } = JSON.parse(moved.out);
    expect(drift.watches).toContainEqual(expect.objectContaining({ watch: 'label:complexity', alarm: true }));
    expect(readFileSync(join(movedFolder, 'report.md'), 'utf8')).toContain('## Drift');
    expect((await run([...argv, '--data', 'mine.csv', '--drift', 'mine.csv'], { cwd })).code).toBe(2);
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
    expect(out).toMatch(/llm +openai\/gpt-4\.1-nano +45 +0( +\$0\.\d+){3}/);
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

  it('refuses a classifier named twice', async () => {
    const { code, talk } = await run(['eval', '--data', 'mine.csv', '--classifier', 'embedded,embedded'], { cwd: workplace() });
    expect([code, talk]).toEqual([2, expect.stringContaining('classifier `embedded` is named twice')]);
  });

  it('says what it counts while it labels', async () => {
    let clock = 0;
    const monotonic = () => {
      clock += 500;
      return clock;
    };
    const argv = ['eval', '--data', 'mine.csv', '--classifier', 'embedded,rules', '--replicates', '100'];
    const { talk } = await run(argv, { cwd: workplace(), monotonic });
    expect(talk).toMatch(/gave \d+ labels, one per row and classifier \(/);
  });

  it('names the bad rows of a dataset', async () => {
    const cwd = folder();
    writeFileSync(join(cwd, 'bad.csv'), 'id,text,complexity\n1,hello,easy\n');
    const { code, talk } = await run(['eval', '--data', 'bad.csv', '--classifier', 'embedded'], { cwd });
    expect(code).toBe(2);
    expect(talk).toContain('bad.csv:2');
  });

  it('compares with the last run, gates by a YAML file, and compares two folders', async () => {
    const cwd = workplace();
    const base = ['eval', '--data', 'mine.csv', '--replicates', '100'];
    await run([...base, '--classifier', 'embedded'], { cwd, now: () => 1_000 });
    writeFileSync(join(cwd, 'gate.yaml'), 'floors:\n  complexity.accuracy: 0.99\ncases:\n  never_break: cases.jsonl\n');
    writeFileSync(join(cwd, 'cases.jsonl'), '{"id":"r0"}\n');
    const gated = await run([...base, '--classifier', 'majority', '--compare', 'last', '--gate', 'gate.yaml'], { cwd, now: () => 2_000 });
    expect(gated.code).toBe(1);
    expect(gated.out).toMatch(/COMPARE {2}/);
    expect(gated.out).toContain('GATE     FAIL');
    const [older = '', newer = ''] = readdirSync(join(cwd, '.pointsman/runs'));
    const compared = await run(['compare', older, newer, '--json'], { cwd });
    const drawn = await run(['report', newer], { cwd });
    expect(readFileSync(drawn.out.trim(), 'utf8')).toContain('<!doctype html>');
    expect((await run(['report', 'nowhere'], { cwd })).code).toBe(2);
    expect(JSON.parse(compared.out)).toMatchObject({ n: 45, reference: { name: expect.stringContaining(older) } });
  });

  it('refuses a gate file with a mistake, naming the key', async () => {
    const cwd = workplace();
    writeFileSync(join(cwd, 'gate.yaml'), 'floor:\n  x: 1\n');
    const { code, talk } = await run(['eval', '--data', 'mine.csv', '--gate', 'gate.yaml'], { cwd });
    expect(code).toBe(2);
    expect(talk).toContain('floor');
  });
});

describe('pointsman eval --outcomes', () => {
  it('judges a router on a table and prints one stable object', async () => {
    const cwd = folder();
    for (const [path, content] of tableFiles(specialists(120)).all) writeFileSync(join(cwd, path.replace('t/', '')), content);
    const { code, out } = await run(
      ['eval', '--outcomes', 'fake', '--classifier', 'embedded', '--strong', 'dear', '--weak', 'cheap', '--replicates', '100', '--json'],
      { cwd },
    );
    expect(code).toBe(0);
    const result = JSON.parse(out);
    expect(result).toMatchObject({ schemaVersion: 1, kind: 'outcomes', n: 120, strong: 'dear', weak: 'cheap' });
    expect(Object.keys(result.controls)).toEqual(
      expect.arrayContaining(['bestConstant', 'allCheap', 'allStrong', 'shuffled', 'random', 'length', 'neighbours', 'clusters', 'oracle']),
    );
    const readme = readFileSync(packageFile('README.md'), 'utf8');
    const { router, loss, controls: _controls, models: _models, verdict: _verdict, folder: _folder, ...rest } = result;
    for (const key of [...Object.keys(rest), ...Object.keys(router), ...Object.keys(loss)]) expect(readme, key).toContain(`\`${key}\``);
    for (const each of [result.router, ...Object.values<Record<string, unknown>>(result.controls)]) {
      expect(each).toMatchObject({
        quality: expect.any(Number),
        usdPer1k: expect.any(Number),
        liftOverFreeMix: { mean: expect.any(Number), ci95: [expect.any(Number), expect.any(Number)] },
      });
      expect(each).toHaveProperty('savingAtBestConstantQuality');
      expect(each).toHaveProperty('apgr.ci95');
    }
  });
});
