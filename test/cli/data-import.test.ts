import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folder, run } from './io.ts';

const FILE = 'prompt,small,large\n"one, two",False,True\nthree,True,True\n';
const prepared = (): string => {
  const cwd = folder();
  writeFileSync(join(cwd, 'mmlu_law.csv'), FILE);
  return cwd;
};
const command = ['data', 'import', '--from', 'routellm', '--in', 'mmlu_law.csv', '--out', 'tables/law'];

describe('data import', () => {
  it('writes a table that can be judged, and a price list to fill in that keeps what it has', async () => {
    const cwd = prepared();
    const { code, out } = await run([...command, '--json'], { cwd });
    expect([code, JSON.parse(out)]).toEqual([0, expect.objectContaining({ prompts: 2, skipped: 0, unpriced: ['small', 'large'] })]);
    expect(readdirSync(join(cwd, 'tables')).sort()).toEqual(['law.outcomes.csv', 'law.prompts.jsonl', 'models.csv']);
    const prices = join(cwd, 'tables/models.csv');
    writeFileSync(prices, readFileSync(prices, 'utf8').replace('small,,', 'small,1,2'));
    const again = await run([...command.slice(0, -1), 'tables/more', '--rename', 'large=huge'], { cwd });
    expect(again.out).toContain('until models.csv has prices');
    expect(readFileSync(prices, 'utf8').split('\n').slice(1, 4)).toEqual(['small,1,2,,', 'large,,,,', 'huge,,,,']);
  });

  it('leaves out the prompts of a file, and says in which line one is missing', async () => {
    const cwd = prepared();
    writeFileSync(join(cwd, 'seen.jsonl'), '{"eval_prompt":"THREE"}\n');
    const { out } = await run([...command, '--without', 'seen.jsonl', '--json'], { cwd });
    expect(JSON.parse(out)).toMatchObject({ prompts: 1, left: { 'a prompt of `--without`': 1 } });
    writeFileSync(join(cwd, 'odd.jsonl'), '{"q":"x"}\n');
    const odd = await run([...command.slice(0, -1), 'tables/other', '--without', 'odd.jsonl'], { cwd });
    expect([odd.code, odd.talk.includes('odd.jsonl:1')]).toEqual([2, true]);
  });

  it('leaves nothing behind when something is wrong', async () => {
    const cwd = prepared();
    writeFileSync(join(cwd, 'mmlu_law.csv'), `${FILE}four,perhaps,True\n`);
    const { code, talk } = await run(command, { cwd });
    expect([code, talk.includes('mmlu_law.csv:4: `small` must be')]).toEqual([2, true]);
    expect(readdirSync(join(cwd, 'tables'))).toEqual([]);
  });

  it('never writes over a table', async () => {
    const cwd = prepared();
    expect((await run(command, { cwd })).code).toBe(0);
    const { code, talk } = await run(command, { cwd });
    expect([code, talk.includes('[input.exists]')]).toEqual([2, true]);
  });

  it('stops when interrupted, and leaves nothing', async () => {
    const cwd = prepared();
    const { code } = await run(command, { cwd, signal: AbortSignal.abort() });
    expect([code, existsSync(join(cwd, 'tables/law.outcomes.csv'))]).toEqual([130, false]);
  });

  it.each([
    [['data'], /use one of data /],
    [['data', 'imprt'], /use one of data /],
    [['data', 'import', '--in', 'a', '--out', 'b'], /--from FORMAT/],
    [['data', 'import', '--from', 'csv', '--in', 'a', '--out', 'b'], /--from: expected one of routellm, routerbench/],
    [['data', 'import', '--from', 'routellm', '--out', 'b'], /--in FILE/],
    [['data', 'import', '--from', 'routellm', '--in', 'a', '--out', 'tables/'], /--out DIR\/NAME/],
    [['data', 'import', '--from', 'routellm', '--in', 'a', '--out', 'b', '--rename', 'x'], /--rename old=new/],
    [['data', 'import', '--from', 'routellm', '--in', 'gone.csv', '--out', 'b'], /gone\.csv`: no such file/],
  ])('%j is refused in words', async (argv, message) => {
    const { code, talk } = await run(argv);
    expect(code).toBe(2);
    expect(talk).toMatch(message);
  });
});
