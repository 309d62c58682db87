import { seededRandom } from '../../../src/core/random.ts';
import { loadTable, type TableOptions } from '../../../src/eval/table/load.ts';
import type { OutcomeTable } from '../../../src/eval/table/table.ts';
import { memoryFiles } from '../helpers.ts';

/** One model of a made-up table: price per million tokens ('' unknown) and what it does on a row. */
export type FakeModel = {
  input: number | '';
  output: number | '';
  quality: (row: number, random: () => number) => number;
  outputTokens?: number | '';
};

export type FakeTable = {
  rows: number;
  models: Record<string, FakeModel>;
  prompt?: (row: number) => string;
  category?: (row: number) => string | undefined;
  seed?: number;
};

/** Files of a made-up table called `t/fake`. */
export function tableFiles({
  rows,
  models,
  prompt = (row) => `question number ${row} about things`,
  category = () => undefined,
  seed = 1,
}: FakeTable) {
  const random = seededRandom(seed);
  const prompts = Array.from({ length: rows }, (_, row) => JSON.stringify({ id: `q${row}`, prompt: prompt(row), category: category(row) }));
  const outcomes = Object.entries(models).flatMap(([name, model]) =>
    Array.from({ length: rows }, (_, row) => `q${row},${name},${model.quality(row, random)},100,${model.outputTokens ?? 200}`),
  );
  const prices = Object.entries(models).map(([name, { input, output }]) => `${name},${input},${output}`);
  return memoryFiles({
    't/fake.prompts.jsonl': `${prompts.join('\n')}\n`,
    't/fake.outcomes.csv': `id,model,quality,input_tokens,output_tokens\n${outcomes.join('\n')}\n`,
    't/models.csv': `model,input_usd_per_mtok,output_usd_per_mtok\n${prices.join('\n')}\n`,
  });
}

export async function fakeTable(fake: FakeTable, options: TableOptions = {}): Promise<OutcomeTable> {
  return loadTable('t/fake', options, tableFiles(fake));
}

const coin = (rate: number) => (_row: number, random: () => number) => (random() < rate ? 1 : 0);

/** Three models of rising price; which is good at what depends on the kind of question, told by a word in it. */
export const specialists = (rows: number, seed = 1): FakeTable => ({
  rows,
  seed,
  prompt: (row) => (row % 2 === 0 ? `solve the equation number ${row}` : `write a poem number ${row}`),
  category: (row) => (row % 2 === 0 ? 'math' : 'poems'),
  models: {
    cheap: { input: 0.1, output: 0.2, quality: (row, random) => coin(row % 2 === 0 ? 0.2 : 0.95)(row, random) },
    middle: { input: 1, output: 2, quality: (row, random) => coin(row % 2 === 0 ? 0.5 : 0.5)(row, random) },
    dear: { input: 10, output: 20, quality: (row, random) => coin(row % 2 === 0 ? 0.9 : 0.86)(row, random) },
  },
});

/** Three models that are alike on every kind of question: nothing to route. */
export const alike = (rows: number, seed = 1): FakeTable => ({
  rows,
  seed,
  models: {
    cheap: { input: 0.1, output: 0.2, quality: coin(0.6) },
    middle: { input: 1, output: 2, quality: coin(0.7) },
    dear: { input: 10, output: 20, quality: coin(0.8) },
  },
});
