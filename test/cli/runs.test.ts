import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { csvOf, turns } from '../eval/helpers.ts';
import { specialists, tableFiles } from '../eval/table/helpers.ts';
import { folder, run } from './io.ts';

let cwd: string;
let runs: string[];
const told = async (...argv: string[]) => {
  const { code, out, talk } = await run(argv, { cwd });
  return `${code} ${out}${talk}`;
};

beforeAll(async () => {
  cwd = folder();
  writeFileSync(join(cwd, 'mine.csv'), csvOf(90, turns));
  mkdirSync(join(cwd, 't'));
  for (const [path, text] of tableFiles(specialists(120)).all) writeFileSync(join(cwd, path), text);
  const at = (second: number) => ({ cwd, now: () => Date.UTC(2026, 10, 21, 9, 0, second) });
  const few = ['--replicates', '100'];
  await run(['eval', '--data', 'mine.csv', '--classifier', 'rules', ...few], at(1));
  await run(['eval', '--data', 'mine.csv', '--classifier', 'keywords', ...few], at(2));
  await run(['eval', '--outcomes', 't/fake', '--classifier', 'keywords', ...few], at(3));
  runs = readdirSync(join(cwd, '.pointsman/runs')).sort();
});

describe('pointsman list', () => {
  it('names every run, the newest first, with when, what and verdict', async () => {
    const { out } = await run(['list'], { cwd });
    const lines = out.trim().split('\n').slice(1);
    expect(lines.map((line) => line.split(' ')[0])).toEqual([...runs].reverse());
    expect(lines[0]).toMatch(/2026-11-21 09:00 +outcomes fake +120 +\S.* lift [+−]\d/);
    expect(lines[2]).toMatch(/labels mine\.csv +90 +MODELLED +all right \.\d{3} +\$0\.00$/);
  });

  it('gives the same as JSON, and the newest few', async () => {
    const listed = JSON.parse((await run(['list', '--json'], { cwd })).out);
    expect(listed).toMatchObject({ schemaVersion: 1, runs: [{ kind: 'outcomes', status: 'complete', data: 'fake', rows: 120 }, {}, {}] });
    expect(listed.runs[2]).toMatchObject({ kind: 'labels', router: 'rules', verdict: 'MODELLED', changed: false, spentUsd: 0 });
    expect(await told('list', '--limit', '1')).toMatch(/^0 .*\n.*09:00.*\n2 older: `--limit 3`\n$/);
  });

  it('tells runs that never finished, stopped early, are INVALID or damaged from good ones', async () => {
    const other = folder();
    const write = (name: string, manifest: string, metrics?: object) => {
      mkdirSync(join(other, name));
      writeFileSync(join(other, name, 'manifest.json'), manifest);
      if (metrics !== undefined) writeFileSync(join(other, name, 'metrics.json'), JSON.stringify(metrics));
    };
    const head = JSON.parse(readFileSync(join(cwd, '.pointsman/runs', runs[0] ?? '', 'manifest.json'), 'utf8'));
    write('2026-d', JSON.stringify({ ...head, status: 'running' }));
    write('2026-c', JSON.stringify({ ...head, status: 'partial' }), {
      kind: 'labels',
      verdict: { word: 'MODELLED' },
      dataset: { rows: 9 },
    });
    write('2026-b', JSON.stringify({ ...head, changed: true }), { kind: 'labels', verdict: { word: 'INVALID' } });
    write('2026-a', '{"schemaV');
    mkdirSync(join(other, '2026-no-run'));
    const lines = (await run(['list', '--runs', other], { cwd })).out.trim().split('\n').slice(1);
    expect(lines.map((line) => /^\S+ .*?(unfinished|stopped early|INVALID.*|manifest damaged)/.exec(line)?.[1]?.split('  ')[0])).toEqual([
      'unfinished',
      'stopped early',
      'INVALID, changed on the way',
      'manifest damaged',
    ]);
  });

  it('says where there are none', async () => {
    const empty = folder();
    expect((await run(['list'], { cwd: empty })).talk).toMatch(/^no runs in .* yet: `pointsman eval` makes one\n$/);
    expect(await told('list', '--runs', 'nowhere')).toMatch(/^2 pointsman: there is no folder/);
  });
});

describe('`last` in place of a run', () => {
  it('is the newest finished run the command can read', async () => {
    expect(await told('report', 'last')).toContain(join(runs[2] ?? '?', 'report.html'));
    expect(await told('power', 'last')).toContain(`POWER    ${runs[2]}`);
    expect(await told('doctor', 'last')).toContain(runs[2]);
    expect(await told('compare', runs[0] ?? '', runs[1] ?? '')).toMatch(/^0 COMPARE/);
  });

  it('passes by what never finished, and says where there is none', async () => {
    const other = folder();
    mkdirSync(join(other, '.pointsman/runs/2026-11-21T100000Z-x'), { recursive: true });
    writeFileSync(join(other, '.pointsman/runs/2026-11-21T100000Z-x/manifest.json'), '{"status":"running","startedAt":"2026"}');
    const { code, talk } = await run(['power', 'last'], { cwd: other });
    expect([code, talk]).toEqual([2, expect.stringMatching(/no finished run in .*`pointsman eval` makes one/s)]);
  });
});

describe('pointsman power', () => {
  it('tells the rows a difference takes, of one run and of two', async () => {
    expect(await told('power', runs[0] ?? '')).toMatch(
      /^0 POWER {4}\S+ · all axes · 90 rows answered\nSPREAD {3}assumed.*\n2 pts +1,960 +no\n/s,
    );
    const two = await run(['power', runs[0] ?? '', runs[1] ?? '', '--delta', '2', '--json'], { cwd });
    expect(JSON.parse(two.out)).toMatchObject({ schemaVersion: 1, rows: 90, spread: { between: 'runs' }, needed: [{ difference: 0.02 }] });
    expect(await told('power', runs[2] ?? '')).toContain('quality · 120 rows answered');
  });

  it('refuses what it cannot set side by side', async () => {
    expect(await told('power')).toMatch(/^2 .*expected one or two run folders, found 0/);
    expect(await told('power', 'nope')).toMatch(/^2 .*no run in `nope`\n.*`pointsman list`/);
    expect(await told('power', runs[0] ?? '', runs[2] ?? '')).toMatch(/^3 .*cannot be compared/);
    expect(await told('power', runs[0] ?? '', '--delta', '0')).toMatch(/^2 /);
  });
});
