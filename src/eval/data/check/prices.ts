import { dirname, join } from 'node:path';
import type { EvalFiles } from '../../parts.ts';
import { collectRows } from '../../rows.ts';
import { csvRows } from '../../rows-csv.ts';
import type { OutcomeTable } from '../../table/table.ts';
import { type Finding, finder } from '../finding.ts';

type Listed = { model: string; input: string; output: string };

/** Dollars per million tokens above which a price is taken for one per thousand or per token gone wrong. */
const IMPLAUSIBLE_USD = 2_000;

/** What is wrong with the prices in `models.csv` beside a table, of the models the table has. */
export async function priceFindings(base: string, { models, name }: OutcomeTable, files: EvalFiles): Promise<(Finding | null)[]> {
  const where = join(dirname(base), 'models.csv');
  const say = finder(where);
  const listed = files.exists(where) ? await listedIn(where, files) : [];
  const own = listed.filter(({ model }) => models.some((other) => other.name === model));
  const either = (test: (price: string) => boolean) =>
    own.filter((line) => pricesOf(line).some(test)).map(({ model, input, output }) => `${model} ${input} / ${output}`);
  const twice = own.map(({ model }) => model).filter((model, index, all) => all.indexOf(model) < index);
  const unknown = models.filter(({ costKnown }) => !costKnown).map((model) => model.name);
  const zero = 'leave an unknown price blank; a free model wins every comparison of cost';
  const tokens = `give tokens in the table and prices in ${where}, or \`--assume-output-tokens\` (MODELLED)`;
  const large = either((price) => Number(price) > IMPLAUSIBLE_USD);
  return [
    say(
      'error',
      'zero-price',
      either((price) => Number(price) === 0),
      '# model(s) cost $0',
      zero,
    ),
    say(
      'error',
      'bad-price',
      either((price) => !(Number(price) >= 0)),
      '# price(s) are no number from 0',
      'write dollars per million tokens',
    ),
    say('error', 'implausible-price', large, `# price(s) above $${IMPLAUSIBLE_USD}`, 'prices are per million tokens, not per thousand'),
    say('error', 'price-twice', twice, '# model(s) stand twice', 'keep one line a model'),
    finder(name)('warning', 'cost-unknown', unknown, '# model(s) have no known cost: nothing can be said of saving with them', tokens),
  ];
}

const pricesOf = ({ input, output }: Listed): string[] => [input, output].filter((price) => price !== '');

async function listedIn(path: string, files: EvalFiles): Promise<Listed[]> {
  const rows = await collectRows(csvRows(once(files.read(path)), { name: 'models.csv', onBad: () => {} }));
  const text = (value: unknown) => (typeof value === 'string' ? value.trim() : '');
  return rows.map(({ fields }) => ({
    model: text(fields.model),
    input: text(fields.input_usd_per_mtok),
    output: text(fields.output_usd_per_mtok),
  }));
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
