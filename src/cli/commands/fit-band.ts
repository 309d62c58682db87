import { resolve } from 'node:path';
import { build } from '../../config/build.ts';
import { RouterError } from '../../core/errors.ts';
import type { AnyLabel } from '../../core/label.ts';
import { requireAxes } from '../../eval/axis-columns.ts';
import type { Dataset } from '../../eval/dataset.ts';
import { nodeFiles } from '../../eval/files.ts';
import { loadDataset } from '../../eval/load.ts';
import type { EvalClassifier } from '../../eval/parts.ts';
import { loadPredictions } from '../../eval/predictions.ts';
import { type Band, type BandRow, doubtfulBand, leastBelieved } from '../../learn/fit-band.ts';
import type { Flags } from '../flags.ts';
import type { Io } from '../io.ts';
import { projectOf, taxonomyOf } from '../project.ts';
import { routerFlags } from './route.ts';

/** Chooses the cascade's doubtful band from labelled requests, one threshold an axis. */
export async function fitBand(flags: Flags, io: Io): Promise<number> {
  const maximumError = flags.number('max-error') ?? 0.1;
  const file = flags.text('predictions');
  const files = nodeFiles();
  const taxonomy = await taxonomyOf(flags, io);
  const dataset = await loadDataset(resolve(io.cwd, flags.text('band') as string), { taxonomy, skipBad: flags.on('skip-bad') }, files);
  requireAxes(dataset, taxonomy);
  const second = file === undefined ? null : loadPredictions(resolve(io.cwd, file), taxonomy, files);
  const { parts } = build({ ...(await routerFlags(flags, io)), policy: (await projectOf(flags, io))?.policy });
  const classify = async (request: Parameters<EvalClassifier['classify']>[0]) =>
    (await parts.classifier.classify(request)).label as AnyLabel;
  const rows = await bandRows(dataset, classify, second);
  const options = { maximumError, usdPerCall: flags.number('usd-per-call') ?? null };
  const bands = Object.fromEntries([...rows].map(([axis, own]) => [axis, doubtfulBand(own, options)]));
  const atLeast = Object.fromEntries(Object.entries(bands).map(([axis, band]) => [axis, band.atLeast]));
  const result = { data: { name: dataset.name, hash: dataset.hash, rows: dataset.rows.length }, maximumError, cascade: { atLeast }, bands };
  await io.out(flags.on('json') ? `${JSON.stringify(result)}\n` : screenOf(bands, maximumError, rows));
  return 0;
}

/** What both classifiers said of every row with gold, by axis. */
async function bandRows(
  { rows, axes }: Dataset,
  classify: (request: Parameters<EvalClassifier['classify']>[0]) => Promise<AnyLabel>,
  second: EvalClassifier | null,
): Promise<Map<string, BandRow[]>> {
  const found = new Map<string, BandRow[]>(axes.map((axis) => [axis, []]));
  for (const { id, request, gold } of rows) {
    const label = await classify(request);
    const other = second === null ? null : (await second.classify({ ...request, id })).label;
    for (const axis of axes) {
      const [own, right] = [label[axis], gold[axis]];
      if (own === undefined || right === undefined) continue;
      const confidence = own.unsure === null ? own.confidence : 0;
      found.get(axis)?.push({ confidence, right: own.value === right, second: other === null ? null : other[axis]?.value === right });
    }
  }
  if ([...found.values()].some((own) => own.length > 0)) return found;
  throw new RouterError('dataset.invalid', 'no row has a gold label', {
    where: '--band',
    advice: 'give it a column for each axis',
  });
}

const share = (value: number | null): string => (value === null ? 'unknown' : `${(value * 100).toFixed(1)} %`);

/** Nothing can be believed: why, and what to try. */
function noneText(maximumError: number, rows: number): string {
  const least = leastBelieved(maximumError);
  const few = rows < least ? `: even without a mistake it would take ${least.toLocaleString('en')}` : '';
  return `no threshold keeps ${share(maximumError)} wrong on these ${rows.toLocaleString('en')} rows${few}; everything goes to the second classifier. Try ${few === '' ? 'a larger `--max-error`, more labelled rows, or a better first classifier' : 'more labelled rows, or a larger `--max-error`'}`;
}

function screenOf(bands: Readonly<Record<string, Band>>, maximumError: number, rows: ReadonlyMap<string, readonly BandRow[]>): string {
  const lines = Object.entries(bands).map(([axis, { atLeast, escalated, error, usdPer1k, second }]) => {
    const money = usdPer1k === null ? '' : `, $${usdPer1k.toPrecision(3)} per 1,000`;
    const mends = second === null ? '' : `; the second classifier mends ${second.mended} of them and breaks ${second.broken}`;
    const count = rows.get(axis)?.length ?? 0;
    if (error === null) return `${axis.padEnd(12)}${noneText(maximumError, count)}${money}${mends}\n`;
    return `${axis.padEnd(12)}believed from ${atLeast.toFixed(3)} on: ${share(error)} wrong; ${share(escalated)} go to the second classifier${money}${mends}\n`;
  });
  const believed = Object.values(bands).some(({ error }) => error !== null);
  const promise = believed
    ? `at most ${share(maximumError)} of what is believed is wrong, with 95 % confidence, while requests resemble these\n`
    : '';
  const option = Object.entries(bands).map(([axis, { atLeast }]) => `${axis}: ${atLeast}`);
  return `${lines.join('')}${promise}option       cascade: { atLeast: { ${option.join(', ')} } }\n`;
}
