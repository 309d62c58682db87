import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/core/random.ts';
import { folder, run } from './io.ts';

const place = folder();
const table = join(place, 'made');

/** Cheap is good at poems, dear at both; one price for each. */
function writeTable(name: string, rows: number, from = 0): void {
  const random = seededRandom(3 + from);
  const ids = Array.from({ length: rows }, (_, row) => row + from);
  const text = (row: number) => (row % 2 === 0 ? `solve the equation number ${row}` : `write a poem about ${row} birds`);
  const prompts = ids.map((row) => JSON.stringify({ id: `q${row}`, prompt: text(row), category: row % 2 === 0 ? 'math' : 'poems' }));
  const right = (share: number) => (random() < share ? 1 : 0);
  const outcomes = ids.flatMap((row) => [
    `q${row},cheap,${right(row % 2 === 0 ? 0.2 : 0.95)},100,200`,
    `q${row},dear,${right(0.88)},100,200`,
  ]);
  writeFileSync(join(place, `${name}.prompts.jsonl`), `${prompts.join('\n')}\n`);
  writeFileSync(join(place, `${name}.outcomes.csv`), `id,model,quality,input_tokens,output_tokens\n${outcomes.join('\n')}\n`);
}

beforeAll(() => {
  writeTable('made', 400);
  writeTable('more', 500, 200);
  writeFileSync(join(place, 'models.csv'), 'model,input_usd_per_mtok,output_usd_per_mtok\ncheap,0.1,0.2\ndear,10,20\n');
});

describe('pointsman fit', () => {
  const policy = join(place, 'policy.fitted.json');

  it('writes a policy and its weights, and says what it found; route reads them', async () => {
    const { code, out } = await run(['fit', '--outcomes', table, '--out', policy]);
    expect(code).toBe(0);
    expect(out).toMatch(/^FINDING {2}route \(surest lift/);
    expect(out).toContain('KINDS    math, poems');
    const routed = await run(['route', 'write a poem about 3 birds', '--policy', policy, '--json']);
    expect(JSON.parse(routed.out)).toMatchObject({ kind: 'chosen', model: 'outcomes/cheap' });
  }, 20_000);

  it('tells from feedback on its own answers whether the policy still delivers', async () => {
    const feedback = (name: string, cheapRight: number) => {
      const random = seededRandom(9);
      const rows = Array.from({ length: 200 }, (_, row) => row + 5_000);
      const prompts = rows.map((row) =>
        JSON.stringify({ id: `f${row}`, prompt: row % 2 === 0 ? `solve the equation number ${row}` : `write a poem about ${row} birds` }),
      );
      const outcomes = rows.map((row) => {
        const [model, rate] = row % 2 === 0 ? ['outcomes/dear', 0.88] : ['outcomes/cheap', cheapRight];
        return `f${row},${model},${random() < Number(rate) ? 1 : 0},,`;
      });
      writeFileSync(join(place, `${name}.prompts.jsonl`), `${prompts.join('\n')}\n`);
      writeFileSync(
        join(place, `${name}.outcomes.csv`),
        `id,model,quality,input_tokens,output_tokens\n${outcomes.join('\n')}\nf5001,other/model,1,,\n`,
      );
      return ['fit', '--feedback', join(place, name), '--incumbent', policy];
    };
    const well = await run(feedback('well', 0.95));
    expect(well.out).toMatch(/^PROMISE {2}kept: delivered 0\.\d+, promised 0\.\d+ on 200 answers/);
    expect(well.out).toContain('LEFT OUT 1 answers');
    expect(well.code).toBe(0);
    const badly = await run([...feedback('badly', 0.5), '--json']);
    expect(badly.code).toBe(1);
    expect(JSON.parse(badly.out)).toMatchObject({
      kept: false,
      unusable: 1,
      models: [{ model: 'outcomes/cheap', rows: 100 }, { model: 'outcomes/dear' }],
    });
    expect((await run(['fit', '--feedback', join(place, 'well'), '--incumbent', 'none.json'])).code).toBe(2);
    expect((await run(['fit', '--feedback', join(place, 'well')])).talk).toContain('--feedback: does nothing without --incumbent');
  }, 20_000);

  it('prints the same as JSON, without the fingerprints of texts', async () => {
    const { out } = await run(['fit', '--outcomes', table, '--out', join(place, 'json.json'), '--json']);
    const report = JSON.parse(out);
    expect(report).toMatchObject({ choice: 'routed', constant: 'outcomes/dear', gate: null, table: { rows: 400 } });
    expect(report.table.seen).toBeUndefined();
    expect(JSON.parse(readFileSync(join(place, 'json.json'), 'utf8')).fitted.table.seen.split(' ')).toHaveLength(400);
  }, 20_000);

  it('holds a new policy against the one in use on questions that one has not seen', async () => {
    const { code, out } = await run([
      'fit',
      '--outcomes',
      join(place, 'more'),
      '--incumbent',
      policy,
      '--out',
      join(place, 'new.json'),
      '--json',
    ]);
    const { gate } = JSON.parse(out);
    expect(gate.rows).toBe(300);
    expect(code).toBe(gate.passed ? 0 : 1);
    const stale = await run(['fit', '--outcomes', table, '--incumbent', policy, '--out', join(place, 'stale.json')]);
    expect(stale.code).toBe(1);
    expect(stale.out).toContain('GATE     not passed: only 0 question(s)');
  }, 30_000);

  it('chooses the doubtful band from labelled requests', async () => {
    const file = join(place, 'labelled.csv');
    const rows = Array.from({ length: 40 }, (_, row) => `r${row},"Fix this Python function number ${row}, it raises KeyError",code`);
    writeFileSync(file, `id,text,domain\n${rows.join('\n')}\n`);
    const { code, out } = await run(['fit', '--band', file, '--max-error', '0.3', '--usd-per-call', '0.0001', '--json']);
    const { cascade, bands } = JSON.parse(out);
    expect(code).toBe(0);
    expect(Object.keys(cascade.atLeast)).toEqual(['domain']);
    expect(bands.domain.usdPer1k).toBeCloseTo(bands.domain.escalated * 0.1, 10);
  });

  it('tells an output that cannot be made before it fits', async () => {
    const { code, talk } = await run(['fit', '--outcomes', table, '--out', `${table}.outcomes.csv/x/p.json`]);
    expect([code, talk]).toEqual([2, expect.stringContaining('cannot make the folder')]);
    expect(talk).not.toContain('took');
  });

  it('says where no threshold keeps the promised error, and what to try', async () => {
    const file = join(place, 'labelled.csv');
    const few = await run(['fit', '--band', file]);
    expect([few.code, few.out]).toEqual([
      0,
      expect.stringMatching(/^domain +no threshold keeps 10\.0 % wrong on these 40 rows: .* take 51; .*Try more labelled rows/),
    ]);
    expect(few.out).not.toMatch(/unknown wrong|is wrong, with 95 % confidence/);
    const wrong = join(place, 'wrong.csv');
    writeFileSync(
      wrong,
      `id,text,domain\n${Array.from({ length: 60 }, (_, row) => `r${row},"Fix this Python function number ${row}",law`).join('\n')}\n`,
    );
    expect((await run(['fit', '--band', wrong])).out).toMatch(/on these 60 rows; .*Try a larger `--max-error`/);
  });

  it('copied without its weights, a policy says that they belong to it', async () => {
    const alone = folder();
    copyFileSync(policy, join(alone, 'mine.json'));
    const { code, talk } = await run(['route', 'hello', '--policy', join(alone, 'mine.json')]);
    expect([code, talk]).toEqual([
      2,
      expect.stringMatching(/\.bin`: no such file: it holds the weights .*\n +copy the weights together with the policy/),
    ]);
    expect((await run(['doctor', '--policy', policy])).out).not.toContain('pool(s) do not have');
  });

  it('refuses a dial on a model the table lacks before it learns', async () => {
    const { code, talk } = await run(['fit', '--outcomes', table, '--within', '0.01', '--of', 'none', '--out', join(place, 'x.json')]);
    expect([code, talk]).toEqual([2, expect.stringContaining('model `none` is not in the table')]);
    expect(talk).not.toContain('fold 1');
  });

  it.each([
    [
      'feedback that is not there',
      ['--feedback', join(place, 'absent'), '--incumbent', policy],
      'name a table as DIR/NAME, without the ending; there are ',
    ],
    ['no table', [], 'expected `--outcomes DIR/NAME`'],
    ['an absent table', ['--outcomes', join(place, 'absent')], 'absent.prompts.jsonl'],
    ['half a dial', ['--outcomes', table, '--within', '0.01'], 'expected both `--within X` and `--of MODEL`'],
    ['two dials', ['--outcomes', table, '--cost-weight', '3', '--max-usd-per-1k', '1'], 'expected one of'],
    ['a model the table lacks', ['--outcomes', table, '--models', 'cheap,none'], '`none` is not in the table'],
    [
      'a cap nothing meets',
      ['--outcomes', table, '--max-usd-per-1k', '0.00001', '--out', join(place, 'x.json')],
      'the cheapest model costs',
    ],
  ])('refuses %s in words', async (_, flags, words) => {
    const { code, talk } = await run(['fit', ...flags]);
    expect(code).toBe(2);
    expect(talk).toContain(words);
  });
});
