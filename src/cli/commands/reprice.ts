import { basename, join, resolve } from 'node:path';
import { contentHash } from '../../config/files.ts';
import { loadCatalogue } from '../../config/policy.ts';
import { RouterError } from '../../core/errors.ts';
import type { Price } from '../../core/models.ts';
import { nodeFiles } from '../../eval/files.ts';
import type { EvalFiles } from '../../eval/parts.ts';
import { type Reference, runAt } from '../../eval/reference.ts';
import { repriceScreen } from '../../eval/report/reprice.ts';
import { type RepriceInput, reprice } from '../../eval/reprice.ts';
import { recoverLog } from '../../eval/run-log.ts';
import { loadTable, readPrices } from '../../eval/table/load.ts';
import { tokensOf } from '../../eval/table/tokens.ts';
import { metricsIn } from '../../eval/unfit.ts';
import type { Arguments, Flags } from '../flags.ts';
import type { Io } from '../io.ts';
import { expectRuns, runFolderOf, runsFolderOf } from '../runs.ts';

/** Says what a run would have cost by other prices. */
export async function repriceCommand({ flags, positionals }: Arguments, io: Io): Promise<number> {
  expectRuns(positionals, 'reprice', 1);
  const files = nodeFiles();
  const file = flags.text('prices');
  if (file === undefined) throw wanting('expected `--prices FILE`', '--prices', 'name a catalogue or a CSV file of prices');
  const run = runAt(runFolderOf(positionals[0] ?? '', 'served.jsonl', flags, io), { runsFolder: runsFolderOf(flags, io) }, files);
  const prices = await pricesOf(resolve(io.cwd, file), files);
  const rows = join(run.name, 'rows.jsonl');
  const logged = files.exists(rows) ? recoverLog(files.read(rows), rows).rows : [];
  const metrics = metricsIn(run.name, files);
  const { table, evidence } = await tableOf(run, metrics, flags, io, files);
  refuseIdle(run, logged, table !== null);
  const priceOf = (model: string) => prices.get(model) ?? null;
  const repriced = reprice({ logged, served: run.served, router: metrics?.kind === 'outcomes' ? metrics.classifier : '', priceOf, table });
  const hash = contentHash(Buffer.from(files.read(resolve(io.cwd, file))).toString('utf8'));
  const json = { schemaVersion: 1, run: run.name, prices: { file, hash }, evidence, ...repriced };
  await io.out(
    flags.on('json')
      ? `${JSON.stringify(json)}\n`
      : repriceScreen(repriced, basename(run.name), `${basename(file)} ${hash}`, `cost ${evidence}`),
  );
  return 0;
}

type Metrics = ReturnType<typeof metricsIn>;

async function pricesOf(path: string, files: EvalFiles): Promise<ReadonlyMap<string, Price>> {
  if (!/\.csv(\.gz)?$/.test(path)) return new Map([...loadCatalogue(path)].map(([id, { price }]) => [id, price]));
  const { prices } = await readPrices(path, files);
  const read = new Map([...prices].map(([model, price]) => [model, { ...price, cachedInput: null, reasoning: null }]));
  if ([...read.values()].some(({ input, output }) => input !== null || output !== null)) return read;
  throw wanting(`\`${path}\` holds no price`, '--prices', 'write columns `model`, `input_usd_per_mtok` and `output_usd_per_mtok`');
}

type Priced = { table: RepriceInput['table']; evidence: string };

/** The table's tokens, where it is named. */
async function tableOf({ name }: Reference, metrics: Metrics, flags: Flags, io: Io, files: EvalFiles): Promise<Priced> {
  const base = flags.text('outcomes');
  if (base === undefined) return { table: null, evidence: 'MEASURED' };
  if (metrics?.kind !== 'outcomes')
    throw wanting('`--outcomes` is for a run on a table', '--outcomes', `leave it out: \`${basename(name)}\` was on labelled requests`);
  const { models } = metrics;
  const assumed = flags.number('assume-output-tokens');
  const named = { models: models.map(({ model }) => model), modelsFrom: 'the run', skipBad: true };
  const table = await loadTable(
    resolve(io.cwd, base),
    { ...named, ...(assumed === undefined ? {} : { assumeOutputTokens: assumed }) },
    files,
  );
  return { table: { models, tokensOf: tokensOf(table) }, evidence: table.evidence.usd ?? 'unknown' };
}

/** Nothing to reckon is told, not shown as an empty table. */
function refuseIdle({ name, identity }: Reference, logged: RepriceInput['logged'], withTable: boolean): void {
  if (withTable || logged.some(({ model }) => model !== null)) return;
  const advice =
    identity.table === undefined
      ? 'evaluate again with `--catalogue FILE`: it costs nothing, and prices the routes, too'
      : 'add `--outcomes DIR/NAME`, the table it was on';
  throw wanting(`no label of \`${basename(name)}\` was asked of a model: there is nothing to price`, 'arguments', advice);
}

const wanting = (message: string, where: string, advice: string) => new RouterError('options.invalid', message, { where, advice });
