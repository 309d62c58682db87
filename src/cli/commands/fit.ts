import { resolve } from 'node:path';
import { build } from '../../config/build.ts';
import { loadCatalogue, loadPolicy } from '../../config/policy.ts';
import { ERROR_EXIT_CODES, RouterError } from '../../core/errors.ts';
import type { AnyLabel } from '../../core/label.ts';
import type { ReadyPolicy } from '../../core/policy.ts';
import { nodeFiles } from '../../eval/files.ts';
import { loadTable, type TableOptions } from '../../eval/table/load.ts';
import type { OutcomeTable } from '../../eval/table/table.ts';
import { type FitReport, fitOutcomes } from '../../learn/fit.ts';
import type { FitReaders } from '../../learn/fit-data.ts';
import { type Dial, KEEP } from '../../learn/fit-dial.ts';
import type { ModelSource } from '../../learn/fit-models.ts';
import type { Arguments, Flags } from '../flags.ts';
import type { Io } from '../io.ts';
import { projectOf, taxonomyOf } from '../project.ts';
import { fitBand } from './fit-band.ts';
import { routerFlags } from './route.ts';

/** Learns a policy from real outcomes and writes it for review: never a live change. */
export async function fitCommand({ flags }: Arguments, io: Io): Promise<number> {
  if (flags.text('band') !== undefined) return fitBand(flags, io);
  const incumbent = await incumbentOf(flags, io);
  if (flags.text('feedback') !== undefined && incumbent !== undefined) {
    const { fitFeedback } = await import('./fit-feedback.ts');
    return fitFeedback(flags, io, incumbent, (await readersOf(flags, io)).readers);
  }
  const started = io.monotonic();
  const dial = dialOf(flags);
  const table = await tableOf(flags, io);
  const { readers, classifier } = await readersOf(flags, io);
  const seed = flags.number('seed');
  const tell = (text: string) => {
    if (io.signal.aborted) throw interrupted();
    io.talk(`${text}\n`);
  };
  tell(`fitting ${table.models.length} models on ${table.ids.length.toLocaleString('en')} questions of ${table.name} …`);
  const out = resolve(io.cwd, flags.text('out') ?? 'policy.fitted.json');
  const report = await fitOutcomes({
    table,
    out,
    readers,
    classifier,
    models: await modelSource(flags, io),
    dial,
    tell,
    ...(incumbent === undefined ? {} : { incumbent }),
    ...(seed === undefined ? {} : { seed }),
  });
  tell(`took ${((io.monotonic() - started) / 1_000).toFixed(1)} s`);
  await io.out(flags.on('json') ? `${JSON.stringify(jsonOf(report))}\n` : screenOf(report));
  return report.gate === null || report.gate.passed ? 0 : ERROR_EXIT_CODES['eval.gate-failed'];
}

/** One dial at most; without one, the best single model's quality is kept. */
function dialOf(flags: Flags): Dial {
  const [usdWeight, margin, model, usdPer1k] = [
    flags.number('cost-weight'),
    flags.number('within'),
    flags.text('of'),
    flags.number('max-usd-per-1k'),
  ];
  if ((margin === undefined) !== (model === undefined)) throw usage('expected both `--within X` and `--of MODEL`, or neither');
  const dials: Dial[] = [
    ...(usdWeight === undefined ? [] : [{ kind: 'cost-weight' as const, usdWeight }]),
    ...(margin === undefined || model === undefined ? [] : [{ kind: 'within' as const, margin, model }]),
    ...(usdPer1k === undefined ? [] : [{ kind: 'max-usd' as const, usdPer1k }]),
  ];
  if (dials.length > 1) throw usage('expected one of `--cost-weight`, `--within` and `--max-usd-per-1k`');
  return dials[0] ?? KEEP;
}

async function tableOf(flags: Flags, io: Io): Promise<OutcomeTable> {
  const base = flags.text('outcomes');
  if (base === undefined) throw usage('expected `--outcomes DIR/NAME`');
  const [models, assumeOutputTokens] = [flags.list('models'), flags.number('assume-output-tokens')];
  const prices = catalogueOf(flags, io);
  const options: TableOptions = {
    skipBad: flags.on('skip-bad'),
    priceOf: (model) => prices.get(model)?.price ?? null,
    ...(models === undefined ? {} : { models }),
    ...(assumeOutputTokens === undefined ? {} : { assumeOutputTokens }),
  };
  const table = await loadTable(resolve(io.cwd, base), options, nodeFiles());
  refuseUnpriced(table, base);
  if (table.ids.length >= LEAST_ROWS) return table;
  throw new RouterError('dataset.invalid', `table \`${table.name}\` has ${table.ids.length} question(s) that every model answered`, {
    where: base,
    advice: `give at least ${LEAST_ROWS}; with \`--models\` only the models named must have answered`,
  });
}

/** Recorded dollars tell what the table's questions cost, not what the next one will. */
function refuseUnpriced({ name, models }: OutcomeTable, base: string): void {
  const unpriced = models.filter(({ costKnown, price }) => costKnown && (price === null || price.input === null || price.output === null));
  if (unpriced.length === 0) return;
  const names = unpriced.map((model) => `\`${model.name}\``).join(', ');
  throw new RouterError('dataset.invalid', `table \`${name}\` has dollars for ${names}, but no price to reckon the next request with`, {
    where: base,
    advice: 'put dollars per million tokens into `models.csv` beside the table; tokens are then estimated from characters and dollars',
  });
}

const LEAST_ROWS = 20;

function catalogueOf(flags: Flags, io: Io): ReturnType<typeof loadCatalogue> {
  const file = flags.text('catalogue');
  return file === undefined ? loadCatalogue() : loadCatalogue(resolve(io.cwd, file));
}

async function readersOf(flags: Flags, io: Io): Promise<{ readers: FitReaders; classifier: string }> {
  const { parts } = build({ ...(await routerFlags(flags, io)), policy: (await projectOf(flags, io))?.policy });
  const classify = async (request: Parameters<FitReaders['classify']>[0]) => (await parts.classifier.classify(request)).label as AnyLabel;
  return { readers: { classify, factsOf: parts.factsOf }, classifier: parts.classifier.name };
}

async function incumbentOf(flags: Flags, io: Io): Promise<ReadyPolicy | undefined> {
  const file = flags.text('incumbent');
  if (file === undefined) return undefined;
  return build({ ...(await routerFlags(flags, io)), policy: resolve(io.cwd, file) }).parts.policy;
}

async function modelSource(flags: Flags, io: Io): Promise<ModelSource> {
  const given = flags.text('policy');
  const file = given === undefined ? (await projectOf(flags, io))?.policy : resolve(io.cwd, given);
  const catalogue = [...catalogueOf(flags, io).keys()];
  if (file === undefined) return { known: [], catalogue };
  const policy = loadPolicy(file, await taxonomyOf(flags, io));
  return { known: [...policy.models.values()].map(({ contextTokens, maxOutputTokens, ...model }) => model), catalogue };
}

function jsonOf({ policy, ...report }: FitReport): unknown {
  const { finding, choice, constant, dial, blend, folds, models, table, pool } = policy.fitted;
  const { seen: _, ...described } = table;
  return { ...report, finding, choice, constant, usdWeight: policy.usdWeight, dial, blend, folds, models, table: described, pool };
}

function screenOf({ out, weights, bytes, policy, gate }: FitReport): string {
  const { finding, dial, kinds, folds } = policy.fitted;
  const all = folds.results.find(({ fold }) => fold === 'all');
  const money = (usd: number | null | undefined) =>
    usd === null || usd === undefined ? 'unknown cost' : `$${usd.toPrecision(3)} per 1,000`;
  const lines = [
    `FINDING  ${finding}`,
    `LEFT OUT quality ${all?.quality.toFixed(3)} for ${money(all?.usdPer1k)}; one model: ${all?.constantQuality.toFixed(3)} for ${money(all?.constantUsdPer1k)}`,
    `DIAL     ${dial.text}; assumes that ${dial.assumes}`,
    `KINDS    ${
      kinds.length === 0
        ? 'none'
        : kinds
            .map(({ name }) => name)
            .slice(0, 8)
            .join(', ')
    }${kinds.length > 8 ? `, … (${kinds.length})` : ''}`,
    ...(gate === null ? [] : [`GATE     ${gate.text}`]),
    `WRITTEN  ${out}, ${bytes.policy.toLocaleString('en')} bytes${weights === null ? '' : `; ${weights}, ${bytes.weights.toLocaleString('en')} bytes`}`,
  ];
  return `${lines.join('\n')}\n`;
}

const interrupted = (): RouterError =>
  new RouterError('eval.interrupted', 'interrupted: nothing was written', { advice: 'run it again; the same seed gives the same policy' });

const usage = (message: string): RouterError =>
  new RouterError('options.invalid', message, { where: 'arguments', advice: 'see `pointsman help fit`' });
