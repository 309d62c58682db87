import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { csvOf, turns } from '../eval/helpers.ts';
import { folder, run } from './io.ts';

/** Texts that are not alike. */
const words = (index: number) => ({
  text: `${(index * 7919).toString(36)} ${'abcdefghijklmnopqrstuvwxyz'[index % 26]?.repeat(9)} ${index}`,
});

const prepared = (): string => {
  const cwd = folder();
  writeFileSync(join(cwd, 'all.csv'), csvOf(60, turns, words));
  writeFileSync(join(cwd, 't.prompts.jsonl'), '{"id":"a","prompt":"one thing"}\n{"id":"b","prompt":"another"}\n');
  writeFileSync(join(cwd, 't.outcomes.csv'), 'id,model,quality,input_tokens,output_tokens\na,m,1,,\nb,m,0,,\n');
  writeFileSync(join(cwd, 'apart.prompts.jsonl'), '{"id":"a","prompt":"one thing"}\n{"id":"b","prompt":"another"}\n');
  writeFileSync(join(cwd, 'apart.outcomes.csv'), 'id,model,quality,input_tokens,output_tokens\na,m,1,,\nb,n,0,,\n');
  return cwd;
};

describe('data check', () => {
  const cwd = prepared();
  const check = (...argv: string[]) => run(['data', 'check', ...argv], { cwd });

  it('of a set shows what it counted, what it found, and what to do: exit code 1 on an error', async () => {
    writeFileSync(join(cwd, 'bad.csv'), 'id,text,risk\n1,a,low\n2,A!,high\n');
    const { code, out } = await check('bad.csv');
    expect([code, out]).toEqual([
      1,
      expect.stringMatching(/risk: low 1, medium 0, high 1\n {0,}ERROR +bad\.csv: 1 text\(s\) stand twice.*: 1 \/ 2\n +decide/),
    ]);
  });

  it('of a table takes its name without endings; a leak into another file is an error', async () => {
    expect((await check('t')).code).toBe(0);
    expect((await check('t.outcomes.csv')).out).toBe((await check('t')).out);
    writeFileSync(join(cwd, 'other.csv'), 'id,text\nx,"One thing."\n');
    expect((await check('other.csv', '--against', 't')).out).toContain('x in t');
    const { code, out } = await check('t', '--against', 'other.csv', '--json');
    expect([code, JSON.parse(out).findings[0]]).toEqual([1, expect.objectContaining({ code: 'leak', examples: ['a in other.csv'] })]);
  });

  it('ends with 3 when there is nothing to judge, with 2 when there is nothing to read', async () => {
    expect((await check('apart')).code).toBe(3);
    for (const argv of [['gone.csv'], [], ['t', 'all.csv'], ['t', '--against', 'gone.csv']]) expect((await check(...argv)).code).toBe(2);
  });

  it('of bad lines alone ends with 1, for they can be mended, and says how many there are', async () => {
    writeFileSync(join(cwd, 'torn.prompts.jsonl'), '{"id":"a","prompt":"one"}\nnope\n');
    writeFileSync(join(cwd, 'torn.outcomes.csv'), 'id,model,quality,input_tokens,output_tokens\na,m,7,,\n');
    const { code, out } = await check('torn');
    expect([code, out]).toEqual([1, expect.stringMatching(/has 2 problem\(s\): torn\.prompts\.jsonl:2: /)]);
  });

  it('knows the shipped training texts and the few-shots of the prompt', async () => {
    writeFileSync(join(cwd, 'mine.csv'), 'id,text,risk\n1,prove every planar graph 4-colourable,low\n2,x,high\n');
    expect((await check('mine.csv')).out).toContain('1 in the few-shots of classify.md');
  });
});

describe('data split', () => {
  it('writes three files, never over others', async () => {
    const cwd = prepared();
    const argv = ['data', 'split', 'all.csv', '--out', 'cut', '--shares', '2,1,1'];
    const { code, out } = await run([...argv, '--json'], { cwd });
    expect([code, JSON.parse(out).rows]).toEqual([0, { train: 30, dev: 15, test: 15 }]);
    const before = readFileSync(join(cwd, 'cut/dev.csv'), 'utf8');
    const again = await run([...argv, '--seed', '3'], { cwd });
    expect([again.code, again.talk.includes('would be written over')]).toEqual([2, true]);
    expect([readdirSync(join(cwd, 'cut')), readFileSync(join(cwd, 'cut/dev.csv'), 'utf8')]).toEqual([
      ['dev.csv', 'test.csv', 'train.csv'],
      before,
    ]);
    expect((await run(['data', 'check', 'cut/dev.csv'], { cwd })).out).not.toContain('leak');
  });

  it('writes what `train` reads of any file, when asked', async () => {
    const cwd = prepared();
    const rows = Array.from({ length: 9 }, (_, index) => ({
      id: index,
      messages: [{ role: 'user', content: words(index).text }],
      risk: 'low',
      note: 'x',
    }));
    writeFileSync(join(cwd, 'all.jsonl'), rows.map((row) => JSON.stringify(row)).join('\n'));
    expect((await run(['data', 'split', 'all.jsonl', '--out', 'cut', '--plain'], { cwd })).code).toBe(0);
    expect(readFileSync(join(cwd, 'cut/dev.csv'), 'utf8')).toMatch(/^id,text,risk,cluster\n\d,"\[\{""role"":""user"",/);
  });

  it.each([
    [['data', 'split', 'all.csv'], /--out DIR/],
    [['data', 'split', '--out', 'x'], /one FILE/],
    [['data', 'split', 'all.csv', '--out', 'x', '--shares', '1,0,1'], /three numbers above 0/],
    [['data', 'diff', 'all.csv'], /two files/],
    [['data', 'diff', 't', 'apart'], /labelled sets, found an outcome table/],
  ])('%j is refused in words', async (argv, message) => {
    const { code, talk } = await run(argv, { cwd: prepared() });
    expect(code).toBe(2);
    expect(talk).toMatch(message);
  });
});

describe('data diff', () => {
  it('shows the labels that changed, most frequent first', async () => {
    const cwd = prepared();
    const text = readFileSync(join(cwd, 'all.csv'), 'utf8');
    writeFileSync(join(cwd, 'new.csv'), text.replaceAll(',high,law,', ',low,law,').replace(/^r59.*\n/m, ''));
    const { code, out } = await run(['data', 'diff', 'all.csv', 'new.csv'], { cwd });
    expect(code).toBe(0);
    expect(out).toMatch(/^removed +1: r59$/m);
    expect(out).toMatch(/^ {2}complexity {2}high → low {2}\d+$/m);
  });
});
