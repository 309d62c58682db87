import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/core/random.ts';
import { folder, run } from './io.ts';

const ROWS = 200;
const HEADER = 'id,model,quality,input_tokens,output_tokens\n';
const words = (row: number) => `${((row + 11) * 7919 * 104_729).toString(36)} ${'abcdefghijklmnopqrstuvwxyz'[row % 26]?.repeat(6)} ${row}`;
const kind = (row: number) => (row % 2 === 0 ? 'math' : 'poems');

/** Cheap is good at poems, dear at both; rows 0 to 9 are one question told ten times, 10 to 19 one cluster. */
function prepared(): string {
  const [cwd, random] = [folder(), seededRandom(5)];
  const text = (row: number) => (row < 10 ? `how many birds sit on the long and winding fence, number ${row}` : words(row));
  const rows = Array.from({ length: ROWS }, (_, row) => ({
    id: `q${row}`,
    prompt: text(row),
    category: kind(row),
    ...(row >= 10 && row < 20 ? { cluster: 'talk' } : {}),
  }));
  const right = (share: number) => (random() < share ? 1 : 0);
  const outcomes = rows.flatMap(({ id }, row) => [
    `${id},cheap,${right(row % 2 === 0 ? 0.2 : 0.95)},100,200\n`,
    `${id},dear,${right(0.88)},100,200\n`,
  ]);
  const prompts = rows.map((row) => `${JSON.stringify(row)}\n`);
  writeFileSync(join(cwd, 't.prompts.jsonl.gz'), gzipSync(prompts.join('')));
  writeFileSync(join(cwd, 't.outcomes.csv.gz'), gzipSync(`${HEADER}${outcomes.join('')}`));
  writeFileSync(join(cwd, 'models.csv'), 'model,input_usd_per_mtok,output_usd_per_mtok\ncheap,0.1,0.2\ndear,10,20\n');
  return cwd;
}

type Prompt = { id: string; category: string; cluster: string };
const promptsIn = (cwd: string, name: string): Prompt[] =>
  readFileSync(join(cwd, `cut/${name}.prompts.jsonl`), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('data split of an outcome table', () => {
  it('makes of one table the two that `fit` and `eval` want: two commands, no question seen', async () => {
    const cwd = prepared();
    const { code, out } = await run(['data', 'split', 't', '--out', 'cut'], { cwd });
    expect([code, out]).toEqual([0, expect.stringContaining('next: pointsman fit --outcomes cut/t-fit')]);
    expect((await run(['fit', '--outcomes', 'cut/t-fit'], { cwd })).code).toBe(0);
    const judged = await run(['eval', '--outcomes', 'cut/t-score', '--policy', 'policy.fitted.json', '--json'], { cwd });
    const { n, policy } = JSON.parse(judged.out);
    expect([judged.code, n, policy.fittedOn.rows]).toEqual([0, promptsIn(cwd, 't-score').length, promptsIn(cwd, 't-fit').length]);
    expect(n + policy.fittedOn.rows).toBe(ROWS);
  }, 30_000);

  it('keeps near-copies and clusters together, categories in proportion, every answer with its question', async () => {
    const cwd = prepared();
    const { out } = await run(['data', 'split', 't.outcomes.csv.gz', '--out', 'cut', '--json'], { cwd });
    const { rows, counts, largest } = JSON.parse(out);
    expect([rows, counts, largest]).toEqual([{ fit: 120, score: 80 }, { math: { fit: 60, score: 40 }, poems: { fit: 60, score: 40 } }, 10]);
    const place = new Map(['t-fit', 't-score'].flatMap((name) => promptsIn(cwd, name).map((row) => [row.id, { name, ...row }] as const)));
    for (const start of [0, 10]) expect(new Set(Array.from({ length: 10 }, (_, row) => place.get(`q${start + row}`)?.name)).size).toBe(1);
    expect([place.get('q3')?.cluster, place.get('q13')?.cluster]).toEqual(['q0', 'talk']);
    for (const name of ['t-fit', 't-score']) {
      const lines = readFileSync(join(cwd, `cut/${name}.outcomes.csv`), 'utf8')
        .trim()
        .split('\n')
        .slice(1);
      expect(lines.map((line) => line.split(',')[0])).toEqual(promptsIn(cwd, name).flatMap(({ id }) => [id, id]));
    }
    expect(readFileSync(join(cwd, 'cut/models.csv'), 'utf8')).toBe(readFileSync(join(cwd, 'models.csv'), 'utf8'));
  });

  it('is the same by the same seed, another by another, and writes over nothing', async () => {
    const cwd = prepared();
    const cut = async (...argv: string[]) => JSON.stringify((await run(['data', 'split', 't', ...argv], { cwd })).code);
    expect([await cut('--out', 'cut'), await cut('--out', 'again'), await cut('--out', 'cut')]).toEqual(['0', '0', '2']);
    expect(await cut('--out', 'other', '--seed', '8', '--shares', '1,1')).toBe('0');
    const read = (folder: string) => readFileSync(join(cwd, folder, 't-fit.prompts.jsonl'), 'utf8');
    expect([read('again') === read('cut'), read('other') === read('cut')]).toEqual([true, false]);
    expect(readdirSync(join(cwd, 'cut'))).toHaveLength(5);
  });

  it('refuses what cannot be cut, and other shares than two', async () => {
    const cwd = prepared();
    writeFileSync(join(cwd, 'one.prompts.jsonl'), '{"id":"a","prompt":"one thing"}\n{"id":"b","prompt":"One thing!"}\n');
    writeFileSync(join(cwd, 'one.outcomes.csv'), `${HEADER}a,m,1,,\nb,m,0,,\n`);
    const one = await run(['data', 'split', 'one', '--out', 'cut'], { cwd });
    expect([one.code, one.talk]).toEqual([2, expect.stringContaining('2 of its 2 question(s) are of one family')]);
    const three = await run(['data', 'split', 't', '--out', 'cut', '--shares', '1,1,1'], { cwd });
    expect([three.code, three.talk]).toEqual([2, expect.stringContaining('two numbers above 0')]);
  });
});
