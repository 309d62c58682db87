import { basename } from 'node:path';
import { failWithProblems, type Problem, RouterError } from '../../core/errors.ts';
import { type Gap, type Interval, isGap } from '../metrics/gap.ts';
import { judgedRate } from '../metrics/rogan-gladen.ts';
import type { EvalFiles } from '../parts.ts';
import { collectRows, formatOf } from '../rows.ts';
import { csvRows } from '../rows-csv.ts';
import { jsonlRows } from '../rows-jsonl.ts';
import { type Cell, cellKey, gradingKey } from './cell.ts';

/** What people said of one answer: whether it is acceptable. */
export type HumanGrade = { id: string; model: string; repeat: number; good: boolean };

/** A judge's grade that passes: acceptable (4 of 5), or not worse than the answer it was compared with. */
export const judgePasses = (quality: number, pair: boolean): boolean => quality >= (pair ? 0.5 : 0.75);

/** Fewer human grades than this leave the correction too wide to be of use. */
export const ENOUGH_HUMAN = 100;

const GOOD = new Set(['pass', 'good', 'yes', 'true', '1']);
const BAD = new Set(['fail', 'bad', 'no', 'false', '0']);

/**
 * Human grades from a CSV or JSONL file: `human` (pass or fail; blank lines are left out), and either `key` of the grading sheet or
 * `id`, `model` and, where there is more than one answer, `repeat`.
 *
 * @throws RouterError `dataset.invalid` listing every bad line, and grades of answers that were never judged
 */
export async function loadHumanGrades(path: string, judged: ReadonlyMap<string, Cell>, files: EvalFiles): Promise<HumanGrade[]> {
  const name = basename(path);
  const reader = formatOf(name) === 'csv' ? csvRows : jsonlRows;
  const rows = await collectRows(reader(once(files.read(path)), { name }));
  const problems: Problem[] = [];
  const seen = new Set<string>();
  const byKey = new Map([...judged.values()].map((cell) => [gradingKey(cell), cell]));
  const grades = rows.flatMap(({ line, fields }): HumanGrade[] => {
    if (String(fields.human ?? '').trim() === '') return [];
    const grade = gradeOf(fields, byKey);
    const fault = typeof grade === 'string' ? grade : faultOf(grade, judged, seen);
    if (fault === null && typeof grade === 'object') return [grade];
    problems.push({ where: `${name}:${line}`, message: fault ?? 'cannot be read' });
    return [];
  });
  if (problems.length > 0)
    failWithProblems(
      'dataset.invalid',
      `human grades \`${name}\``,
      problems,
      'mend the lines named above: `id,model,human`, human `pass` or `fail`',
    );
  if (grades.length > 0) return grades;
  throw new RouterError('dataset.invalid', `\`${name}\` holds no grade`, {
    where: name,
    advice: 'fill in the column `human`: pass or fail',
  });
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function gradeOf(
  { key, id, model, human, repeat }: Readonly<Record<string, unknown>>,
  byKey: ReadonlyMap<string, Cell>,
): HumanGrade | string {
  const word = String(human ?? '')
    .trim()
    .toLowerCase();
  if (!GOOD.has(word) && !BAD.has(word)) return `expected \`human\` pass or fail, found \`${word.slice(0, 40)}\``;
  const good = GOOD.has(word);
  if (key !== undefined && key !== '') {
    const cell = byKey.get(String(key));
    return cell === undefined ? `no judged answer has the key \`${String(key).slice(0, 40)}\`` : { ...nameOf(cell), good };
  }
  const at = repeat === undefined || repeat === '' ? 0 : Number(repeat);
  if (!Number.isInteger(at) || at < 0) return `expected \`repeat\` a whole number from 0, found \`${String(repeat).slice(0, 40)}\``;
  return { id: String(id ?? ''), model: String(model ?? ''), repeat: at, good };
}

const nameOf = ({ id, model, repeat }: Cell) => ({ id, model, repeat });

function faultOf(grade: HumanGrade, judged: ReadonlyMap<string, Cell>, seen: Set<string>): string | null {
  const key = cellKey(grade);
  if (seen.has(key)) return 'this answer was graded on an earlier line';
  seen.add(key);
  return judged.has(key) ? null : `the judge gave no grade to \`${grade.id.slice(0, 60)}\` at \`${grade.model.slice(0, 60)}\``;
}

/** How far the judge can be believed, and the share of acceptable answers it points to, by model. */
export type Correction = {
  human: number;
  /** Share of answers people accept that the judge passes, and of those they reject that it fails; null where there are none. */
  sensitivity: number | null;
  specificity: number | null;
  models: { model: string; rows: number; judged: number; corrected: { rate: number; interval: Interval } | Gap }[];
};

/**
 * Rogan–Gladen over each model's answers that no person graded: calibration and test rows are apart, and the interval counts both.
 * Source: Rogan & Gladen 1978; Lee et al. 2025, arXiv 2511.21140.
 */
export function correctionOf(
  grades: readonly HumanGrade[],
  judged: ReadonlyMap<string, Cell>,
  isPair: (cell: Cell) => boolean,
): Correction {
  const passes = (cell: Cell) => judgePasses(cell.quality ?? 0, isPair(cell));
  const checked = grades.flatMap((grade) => {
    const cell = judged.get(cellKey(grade));
    return cell === undefined ? [] : [{ good: grade.good, passed: passes(cell) }];
  });
  const good = checked.filter((each) => each.good);
  const bad = checked.filter((each) => !each.good);
  const counts = {
    truePasses: good.filter(({ passed }) => passed).length,
    goodRows: good.length,
    trueFails: bad.filter(({ passed }) => !passed).length,
    badRows: bad.length,
  };
  const byHand = new Set(grades.map(cellKey));
  const rest = [...judged].filter(([key]) => !byHand.has(key)).map(([, cell]) => cell);
  const models = [...new Set(rest.map(({ model }) => model))].map((model) => {
    const own = rest.filter((cell) => cell.model === model);
    const passed = own.filter(passes).length;
    return { model, rows: own.length, judged: passed / own.length, corrected: judgedRate({ passed, rows: own.length, ...counts }) };
  });
  const share = (part: number, whole: number) => (whole === 0 ? null : part / whole);
  return {
    human: checked.length,
    sensitivity: share(counts.truePasses, counts.goodRows),
    specificity: share(counts.trueFails, counts.badRows),
    models,
  };
}

/** @example correctedText({ undefined: 'no-difference' }) // => 'the judge tells good from bad no better than chance' */
export function correctedText(corrected: { rate: number; interval: Interval } | Gap): string {
  if (!isGap(corrected)) {
    const { rate, interval } = corrected;
    return `${rate.toFixed(3)} [${interval.low.toFixed(3)}, ${interval.high.toFixed(3)}]`;
  }
  return corrected.undefined === 'no-difference'
    ? 'the judge tells good from bad no better than chance'
    : 'needs human grades of both kinds, good and bad';
}
