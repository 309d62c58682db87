import { basename, join } from 'node:path';
import { RouterError } from '../../core/errors.ts';
import type { Taxonomy } from '../../core/taxonomy.ts';
import { requireAxes } from '../../eval/axis-columns.ts';
import type { Dataset } from '../../eval/dataset.ts';
import { loadDataset, shortHash } from '../../eval/load.ts';
import type { EvalFiles } from '../../eval/parts.ts';
import type { TuneData } from './parts.ts';
import { splitRows } from './splits.ts';

const ENDINGS = ['.csv', '.jsonl', '.csv.gz', '.jsonl.gz'] as const;

export type LoadOptions = { taxonomy: Taxonomy; skipBad?: boolean };

/**
 * The three splits: a folder with `train`, `dev` and `test` (CSV or JSONL, `.gz` of either), or one labelled file that is split by cluster,
 * always the same way.
 *
 * @throws RouterError `input.not-found`, `dataset.invalid`
 */
export async function loadTuneData(path: string, options: LoadOptions, files: EvalFiles): Promise<TuneData> {
  if (ENDINGS.some((ending) => path.toLowerCase().endsWith(ending))) return oneFile(path, options, files);
  const [train, dev, test] = await Promise.all(
    ['train', 'dev', 'test'].map((split) => loadDataset(fileOf(path, split, files), options, files)),
  );
  const sets = [train, dev, test] as [Dataset, Dataset, Dataset];
  const axes = sets[1].axes;
  const other = sets.find((set) => set.axes.join() !== axes.join());
  if (axes.length === 0 || other !== undefined)
    throw invalid(
      path,
      `\`${(other ?? sets[1]).name}\` has the axes ${other?.axes.join(', ') || 'none'}, \`${sets[1].name}\` ${axes.join(', ') || 'none'}`,
      'label all three splits on the same axes',
    );
  const splits = { train: sets[0].rows, dev: sets[1].rows, test: sets[2].rows };
  const hash = shortHash(sets.map((set) => set.hash).join(' '));
  return { name: basename(path), hash, test: { name: sets[2].name, hash: sets[2].hash }, axes, splits };
}

async function oneFile(path: string, options: LoadOptions, files: EvalFiles): Promise<TuneData> {
  const dataset = await loadDataset(path, options, files);
  requireAxes(dataset, options.taxonomy);
  const { name, hash, rows, axes } = dataset;
  return { name, hash, test: { name: `${name} (test part)`, hash: shortHash(`${hash} test`) }, axes, splits: splitRows(rows, axes) };
}

function fileOf(folder: string, split: string, files: EvalFiles): string {
  const found = ENDINGS.map((ending) => join(folder, `${split}${ending}`)).find((file) => files.exists(file));
  if (found !== undefined) return found;
  throw new RouterError('input.not-found', `\`${folder}\` holds no \`${split}.csv\` or \`${split}.jsonl\``, {
    where: '--data',
    advice: 'give a folder with train, dev and test, or one labelled `.csv` or `.jsonl` file',
  });
}

const invalid = (where: string, message: string, advice: string) => new RouterError('dataset.invalid', message, { where, advice });
