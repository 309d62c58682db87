import { join } from 'node:path';
import type { ClassifyingCost } from './classifying.ts';
import type { Comparison } from './compare.ts';
import { type ErrorGroup, largestErrorGroup } from './next-step.ts';
import type { EvalFiles } from './parts.ts';
import { promptCopy } from './predict-run.ts';
import { headOf, type RunHead } from './run-folder.ts';
import type { ServedRow } from './served.ts';
import { changedLines, type DiffLine, lineDiff } from './text-diff.ts';

/** What a round of tuning a prompt shows beyond the comparison itself. */
export type Tuning = {
  /** Versions of the prompt, and their characters; null characters where the older text was not kept. */
  before: { hash: string; characters: number | null };
  after: { hash: string; characters: number | null };
  /** Changed lines; null where the older text was not kept, empty where nothing changed. */
  diff: DiffLine[] | null;
  /** What labelling cost in both runs; null where the older run did not tell. */
  cost: { before: ClassifyingCost | null; after: ClassifyingCost | null };
  /** Where the next edit would help most. */
  next: ErrorGroup | null;
};

export type TuningInput = {
  manifest: RunHead & { router?: string; classifying?: readonly ClassifyingCost[] };
  folder: string;
  runsFolder: string;
  comparison: Comparison;
  served: readonly ServedRow[];
};

/** A comparison of two runs that asked with prompts; null when either did not. */
export function tuningOf({ manifest, folder, runsFolder, comparison, served }: TuningInput, files: EvalFiles): Tuning | null {
  const older = headOf(comparison.reference.name, files) as TuningInput['manifest'] | null;
  const [was, is] = [older?.identity.prompt, manifest.identity.prompt];
  if (typeof was !== 'string' || typeof is !== 'string') return null;
  const before = promptText(was, comparison.reference.name, runsFolder, files);
  const after = promptText(is, folder, runsFolder, files);
  return {
    before: { hash: was, characters: before?.length ?? null },
    after: { hash: is, characters: after?.length ?? null },
    diff: before === null || after === null ? null : changedLines(lineDiff(before, after)).filter(({ kind }) => was !== is || kind !== ' '),
    cost: { before: servingCost(older), after: servingCost(manifest) },
    next: largestErrorGroup(served),
  };
}

function servingCost(manifest: TuningInput['manifest'] | null): ClassifyingCost | null {
  return manifest?.classifying?.find(({ classifier }) => classifier === manifest.router) ?? null;
}

/** The copy a run keeps, else that of any other run with this version. */
function promptText(hash: string, folder: string, runsFolder: string, files: EvalFiles): string | null {
  const folders = [folder, ...files.list(runsFolder).map((name) => join(runsFolder, name))];
  const path = folders.map((each) => promptCopy(each, hash)).find((each) => files.exists(each));
  return path === undefined ? null : Buffer.from(files.read(path)).toString('utf8');
}
