import { readFileSync } from 'node:fs';
import { defaultTaxonomy } from '../core/default-taxonomy.ts';
import { RouterError } from '../core/errors.ts';
import type { Taxonomy } from '../core/taxonomy.ts';
import { replaceFile } from '../folders.ts';
import { readSources, type Sources } from './sources.ts';
import { DEFAULT_TRAIN_OPTIONS, trainEmbedded } from './train-embedded.ts';

export type TrainCommand = {
  /** Folder with `requests/train.csv` and `lexicon/`. */
  datasets: string;
  /** Where the weights go, or, with `check`, the file they must equal. */
  out: string;
  taxonomy?: Taxonomy;
  /** Folder of further label sets, `<axis>.<source>.csv[.gz]`. */
  also?: string;
  /** Compare with `out` and write nothing. @default false */
  check?: boolean;
  seed?: number;
};

export type TrainReport = { out: string; bytes: number; sources: Sources['counts']; hash: string; identical: boolean | null };

/**
 * Trains the embedded classifier's weights from files and writes them, or checks that they come out as shipped, byte for byte.
 *
 * @throws RouterError `weights.invalid` when `check` finds a difference, `output.unwritable` when `out` cannot be written
 */
export async function train(command: TrainCommand): Promise<TrainReport> {
  const taxonomy = command.taxonomy ?? defaultTaxonomy;
  const sources = await readSources(command.datasets, taxonomy, command.also);
  const seed = command.seed ?? DEFAULT_TRAIN_OPTIONS.seed;
  const bytes = trainEmbedded(taxonomy, sources.rows, {
    ...DEFAULT_TRAIN_OPTIONS,
    seed,
    provenance: { datasets: sources.hash, ...sources.counts },
  });
  const report = { out: command.out, bytes: bytes.length, sources: sources.counts, hash: sources.hash };
  if (command.check !== true) {
    replaceFile(command.out, bytes);
    return { ...report, identical: null };
  }
  if (Buffer.compare(readFileSync(command.out), bytes) === 0) return { ...report, identical: true };
  throw new RouterError('weights.invalid', `training from \`${command.datasets}\` does not give \`${command.out}\``, {
    where: command.out,
    advice: 'run `npm run train` and commit the weights together with the datasets they come from',
  });
}
