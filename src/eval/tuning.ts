import { join } from 'node:path';
import { type ClassifyingCost, classifyingCost } from './classifying.ts';
import type { Comparison } from './compare.ts';
import { type ErrorGroup, largestErrorGroup } from './next-step.ts';
import type { EvalFiles } from './parts.ts';
import type { Predicted } from './predict.ts';
import { promptCopy } from './predict-run.ts';
import { headOf, type RunHead } from './run-folder.ts';
import { recoverLog } from './run-log.ts';
import type { ServedRow } from './served.ts';
import { changedLines, type DiffLine, lineDiff } from './text-diff.ts';
import { isAnswered } from './validity.ts';

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

/** A comparison of two runs that asked with prompts; null when either did not, or nothing of them compares. */
export function tuningOf({ manifest, folder, runsFolder, comparison, served }: TuningInput, files: EvalFiles): Tuning | null {
  const older = headOf(comparison.reference.name, files) as TuningInput['manifest'] | null;
  const [was, is] = [older?.identity.prompt, manifest.identity.prompt];
  if (typeof was !== 'string' || typeof is !== 'string' || comparison.verdict.word === 'INVALID') return null;
  const before = promptText(was, comparison.reference.name, runsFolder, files);
  const after = promptText(is, folder, runsFolder, files);
  return {
    before: { hash: was, characters: before?.length ?? null },
    after: { hash: is, characters: after?.length ?? null },
    diff: before === null || after === null ? null : changedLines(lineDiff(before, after)).filter(({ kind }) => was !== is || kind !== ' '),
    cost: costsOn(comparison, { folder: comparison.reference.name, manifest: older }, { folder, manifest }, files),
    next: largestErrorGroup(served),
  };
}

function servingCost(manifest: TuningInput['manifest'] | null): ClassifyingCost | null {
  return manifest?.classifying?.find(({ classifier }) => classifier === manifest.router) ?? null;
}

type Run = { folder: string; manifest: TuningInput['manifest'] | null };

/** What labelling cost in both runs; where either lacks answers, on the rows answered in both. */
function costsOn({ rows }: Comparison, before: Run, after: Run, files: EvalFiles): Tuning['cost'] {
  const costs = { before: servingCost(before.manifest), after: servingCost(after.manifest) };
  const whole = rows === undefined || (rows.before.answered === rows.before.all && rows.after.answered === rows.after.all);
  if (whole) return costs;
  const [older, newer] = [answersIn(before, files), answersIn(after, files)];
  const common = new Set(older.map(({ id }) => id).filter((id) => newer.some((row) => row.id === id)));
  const on = (cost: ClassifyingCost | null, answers: readonly Predicted[]): ClassifyingCost | null => {
    if (cost === null) return null;
    const counted = classifyingCost(
      { name: cost.classifier },
      answers.filter(({ id }) => common.has(id)),
    );
    return { ...counted, model: cost.model, prompt: cost.prompt };
  };
  return { before: on(costs.before, older), after: on(costs.after, newer) };
}

/** The serving classifier's answers as the run logged them, the last word on each row and repeat. */
function answersIn({ folder, manifest }: Run, files: EvalFiles): Predicted[] {
  const path = join(folder, 'rows.jsonl');
  if (!files.exists(path)) return [];
  const last = new Map<string, Predicted>();
  for (const { classifier, repeat, ...row } of recoverLog(files.read(path), path).rows)
    if (classifier === manifest?.router) last.set(`${repeat} ${row.id}`, row);
  return [...last.values()].filter(isAnswered);
}

/** The copy a run keeps, else that of any other run with this version. */
function promptText(hash: string, folder: string, runsFolder: string, files: EvalFiles): string | null {
  const folders = [folder, ...files.list(runsFolder).map((name) => join(runsFolder, name))];
  const path = folders.map((each) => promptCopy(each, hash)).find((each) => files.exists(each));
  return path === undefined ? null : Buffer.from(files.read(path)).toString('utf8');
}
