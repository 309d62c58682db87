import { basename, dirname, join } from 'node:path';
import { RouterError } from '../../core/errors.ts';
import { textFingerprint } from '../fingerprint.ts';
import type { EvalFiles } from '../parts.ts';
import type { RawRow } from '../rows-raw.ts';
import { type PromptRow, readTable, type TableFiles } from '../table/load.ts';
import { cell } from './cells.ts';
import { assign, familiesOf, familyNames } from './families.ts';

export const HALVES = ['fit', 'score'] as const;
export type Half = (typeof HALVES)[number];

export type TableSplitOptions = {
  /** Shares of the questions to fit on and to score, each above 0. */
  shares: readonly [number, number];
  seed: number;
  /** Leave bad lines out and count them. @default false */
  skipBad?: boolean;
};

export type TableSplit = {
  /** Name and content of every file: prompts and outcomes of both halves, and `models.csv` where the table has one. */
  files: { name: string; text: string }[];
  /** Names of the two tables, without endings. */
  names: Record<Half, string>;
  rows: Record<Half, number>;
  /** Questions per category, by half. */
  counts: Record<string, Record<Half, number>>;
  /** Families: questions of one cluster, or nearly alike, that stay together; and the questions of the largest. */
  families: number;
  largest: number;
  skipped: number;
};

/**
 * Cuts an outcome table in two, one to fit on and one to score what was fitted: questions of one `cluster` and near-copies stay together,
 * categories keep their shares, and the same seed gives the same split. Lines are kept; `cluster` is added where there is none.
 *
 * @param base folder and name, such as `tables/mmlu`; `.gz` of either file is read
 * @throws RouterError `input.not-found`, `dataset.invalid` for bad lines unless `skipBad`, or when one half would be empty
 */
export async function splitTable(
  base: string,
  { shares, seed, skipBad = false }: TableSplitOptions,
  files: EvalFiles,
): Promise<TableSplit> {
  const table = await readTable(base, skipBad, files);
  const { prompts, problems } = table;
  const family = familiesOf(
    prompts.map(({ prompt, cluster }) => cluster ?? textFingerprint(prompt)),
    prompts.map(({ prompt }) => prompt),
  );
  const halves = assign(
    prompts.map(({ category }) => (category === null ? [] : [category])),
    family,
    { shares, seed },
  );
  const largest = largestOf(family);
  refuseEmpty(base, halves, largest);
  const name = basename(base);
  const names = byHalf((half) => `${name}-${half}`);
  return {
    files: [
      ...HALVES.flatMap((half, index) => halfFiles(names[half], table, keptRows(prompts, halves, index), clustersOf(prompts, family))),
      ...pricesOf(base, files),
    ],
    names,
    rows: byHalf((_, index) => keptRows(prompts, halves, index).length),
    counts: countsOf(prompts, halves),
    families: new Set(family).size,
    largest,
    skipped: problems.length,
  };
}

const byHalf = <T>(make: (half: Half, index: number) => T): Record<Half, T> => ({ fit: make('fit', 0), score: make('score', 1) });

const keptRows = (prompts: readonly PromptRow[], halves: readonly number[], half: number): number[] =>
  prompts.map((_, row) => row).filter((row) => halves[row] === half);

function largestOf(family: Int32Array): number {
  const sizes = new Map<number, number>();
  for (const group of family) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  return Math.max(0, ...sizes.values());
}

function refuseEmpty(base: string, halves: readonly number[], largest: number): void {
  if (HALVES.every((_, index) => halves.includes(index))) return;
  throw new RouterError(
    'dataset.invalid',
    `\`${basename(base)}\` cannot be cut: ${largest} of its ${halves.length} question(s) are of one family, which stays together`,
    { where: base, advice: 'add questions that are neither of one `cluster` nor nearly alike' },
  );
}

/** A family is called as its first question that names a cluster says, else by its first question. */
function clustersOf(prompts: readonly PromptRow[], family: Int32Array): string[] {
  const named = new Map<number, string>();
  for (const [row, { cluster }] of prompts.entries()) {
    const group = family[row] as number;
    if (cluster !== null && !named.has(group)) named.set(group, cluster);
  }
  return familyNames(prompts, family).map((first, row) => prompts[row]?.cluster ?? named.get(family[row] as number) ?? first);
}

function halfFiles(name: string, { prompts, outcomes }: TableFiles, rows: readonly number[], clusters: readonly string[]) {
  const ids = new Set(rows.map((row) => prompts[row]?.id));
  const lines = rows.map((row) => `${JSON.stringify({ ...prompts[row]?.fields, cluster: clusters[row] })}\n`);
  const answers = outcomes.filter(({ fields }) => ids.has(String(fields.id)));
  return [
    { name: `${name}.prompts.jsonl`, text: lines.join('') },
    { name: `${name}.outcomes.csv`, text: csvText(outcomes, answers) },
  ];
}

function csvText(all: readonly RawRow[], rows: readonly RawRow[]): string {
  const header = Object.keys(all[0]?.fields ?? {});
  const lines = rows.map(({ fields }) => header.map((column) => cell(String(fields[column] ?? ''))).join(','));
  return [header.map(cell).join(','), ...lines].map((line) => `${line}\n`).join('');
}

function pricesOf(base: string, files: EvalFiles): TableSplit['files'] {
  const path = join(dirname(base), 'models.csv');
  return files.exists(path) ? [{ name: 'models.csv', text: Buffer.from(files.read(path)).toString('utf8') }] : [];
}

function countsOf(prompts: readonly PromptRow[], halves: readonly number[]): TableSplit['counts'] {
  const names = [...new Set(prompts.flatMap(({ category }) => (category === null ? [] : [category])))].sort();
  const count = (name: string, half: number) => prompts.filter(({ category }, row) => category === name && halves[row] === half).length;
  return Object.fromEntries(names.map((name) => [name, byHalf((_, index) => count(name, index))]));
}
