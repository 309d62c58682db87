import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Cell } from '../../../src/eval/collect/cell.ts';
import type { CollectRow } from '../../../src/eval/collect/rows.ts';
import { readOldTable, writePrices, writeTable } from '../../../src/eval/collect/table-files.ts';
import { loadTable } from '../../../src/eval/table/load.ts';
import { memoryFiles } from '../helpers.ts';

const rowOf = (id: string, prompt: string): CollectRow => ({ id, prompt, category: null, cluster: null }) as CollectRow;
const cellOf = (id: string, model: string, quality: number, change: Partial<Cell> = {}): Cell =>
  ({ id, model, repeat: 0, state: 'ok', quality, answer: 'h', tokens: { input: 3, output: 4 }, ...change }) as Cell;

describe('the files of a table', () => {
  it('F-84 bring back every id and prompt as they went in, whatever stands in them, written once or twice', async () => {
    const text = fc.string({ minLength: 1, unit: 'binary' }).filter((each) => !/[\u0000\uFEFF]/.test(each));
    const hostile = fc.constantFrom('=cmd|x', '<script>', '../../x', '__proto__', '"', ',', '\r\n', ' a ', 'a\nb', '1e3', 'constructor');
    const ids = fc.uniqueArray(fc.oneof(text, hostile), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(ids, text, async (all, prompt) => {
        const files = memoryFiles();
        const rows = all.map((id) => rowOf(id, prompt));
        const cells = rows.flatMap(({ id }, at) => [cellOf(id, 'a/x', at % 2), cellOf(id, 'b/y', 0.25)]);
        for (const round of [1, 2]) {
          writeTable('t/m', await readOldTable('t/m', rows, files), rows, cells, files);
          const table = await loadTable('t/m', {}, files);
          expect([round, table.ids, table.prompts]).toEqual([round, all, all.map(() => prompt)]);
          expect([...(table.models[0]?.quality ?? [])]).toEqual(all.map((_, at) => at % 2));
        }
      }),
      { seed: 20_261_121, numRuns: 30 },
    );
  });

  it('drop a row whose answer lost its grade, and keep one that somebody else brought', async () => {
    const files = memoryFiles();
    const rows = [rowOf('q', 'p')];
    const write = async (cells: readonly Cell[]) => writeTable('t/m', await readOldTable('t/m', rows, files), rows, cells, files);
    await write([cellOf('q', 'a/x', 1), cellOf('q', 'b/y', 1)]);
    await write([cellOf('q', 'a/x', 0, { state: 'ungraded', quality: null })]);
    expect(String(files.all.get('t/m.outcomes.csv'))).toBe('id,model,quality,input_tokens,output_tokens\nq,b/y,1,3,4\n');
    await write([cellOf('q', 'b/y', 0, { state: 'provider_error', quality: null, answer: null })]);
    expect(String(files.all.get('t/m.outcomes.csv'))).toContain('q,b/y,1,3,4');
  });

  it('say of a packed table that nothing can be added to it, and never write a price that is not known', async () => {
    const files = memoryFiles({ 't/m.outcomes.csv.gz': 'x' });
    await expect(readOldTable('t/m', [], files)).rejects.toThrow('is packed');
    const unknown = { input: null, output: 1, cachedInput: null, reasoning: null };
    await writePrices('t/m', [{ id: 'a/x', price: unknown }], files);
    expect(files.exists('t/models.csv')).toBe(false);
  });
});
