import { basename } from 'node:path';
import { canonicalJson } from '../../core/canonical.ts';
import { failWithProblems, type Problem, RouterError } from '../../core/errors.ts';
import { type RouteRequest, toRequest } from '../../core/request.ts';
import { viewOf } from '../../core/view.ts';
import { shortHash } from '../load.ts';
import type { EvalFiles } from '../parts.ts';
import { collectRows, type RequestRow, readRows } from '../rows.ts';
import { functionGrader, type GradeFunction } from './graders/function.ts';
import { type Grade, type Grader, type Made, ungraded } from './graders/grade.ts';
import { plainGrader, readSpecification, type Specification } from './graders/specification.ts';
import { type Judge, type Judged, type JudgeMode, judgeAnswer } from './judge.ts';

export type Graded = { grade: Grade; judged: Judged | null };

/** One request to collect answers to, and how they are graded. */
export type CollectRow = {
  id: string;
  request: RouteRequest;
  /** What the table says was asked: the text a classifier may see. */
  prompt: string;
  category: string | null;
  cluster: string | null;
  /** Hash of the grader with all it rests on: expected answer, judge and its prompt, function. */
  grader: string;
  /** Who judges it, null for rows that need no judge. */
  judge: Judge | null;
  /** The answer a judge goes by, where there is one. */
  reference: string | null;
  gradeAnswer(answer: string, signal?: AbortSignal): Promise<Graded>;
};

export type GraderSources = {
  /** For rows that name none. */
  fallback: Specification | null;
  /** By mode: `judge` and `judge:absolute` grade, `judge:pairwise` compares. */
  judge: Readonly<Record<JudgeMode, Judge>> | null;
  /** A grading function and the hash of its module. */
  grade: { grade: GradeFunction; hash: string } | null;
};

/**
 * The rows of a prompt set with their graders: columns `grader` and `answer`, and `category` and `cluster` for the table.
 *
 * @throws RouterError `dataset.invalid` listing every row that cannot be graded, before anything is spent
 */
export async function loadCollectRows(path: string, sources: GraderSources, skipBad: boolean, files: EvalFiles): Promise<CollectRow[]> {
  const name = basename(path);
  const problems: Problem[] = [];
  const onBad = ({ line, message }: { line: number; message: string }) => void problems.push({ where: `${name}:${line}`, message });
  const rows = await collectRows(readRows(once(files.read(path)), { name, onBad }));
  const read = rows.flatMap((row) => {
    const made = collectRow(row, sources);
    if (typeof made !== 'string') return [made];
    problems.push({ where: `${name}:${row.line}`, message: made });
    return [];
  });
  if (problems.length > 0 && !skipBad)
    failWithProblems('dataset.invalid', `prompt set \`${name}\``, problems, 'mend the rows named above, or pass `--skip-bad`');
  if (read.length > 0) return read;
  throw new RouterError('dataset.invalid', `\`${name}\` has no row to ask`, {
    where: name,
    advice: 'give rows with `id`, `prompt` and `answer`',
  });
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function collectRow({ id, input, fields }: RequestRow, sources: GraderSources): CollectRow | string {
  const request = toRequest(input);
  const prompt = viewOf(request).text;
  if (prompt.trim() === '' && !viewOf(request).nonText) return 'has an empty prompt: there is nothing to ask';
  const specification = specificationOf(fields.grader, sources);
  if (typeof specification === 'string') return specification;
  const expected = fields.answer === '' || fields.answer === null ? undefined : fields.answer;
  const basis: Basis = { id, request, prompt, specification, expected };
  const made = specification.kind === 'judge' ? judgeGrader(basis, sources) : otherGrader(basis, sources);
  if (typeof made === 'string') return made;
  const text = (value: unknown) => (typeof value === 'string' && value.trim() !== '' ? value.trim() : null);
  return { id, request, prompt, category: text(fields.category), cluster: text(fields.cluster), ...made };
}

function specificationOf(cell: unknown, { fallback }: GraderSources): Specification | string {
  const read = cell === undefined || cell === null || cell === '' ? fallback : readSpecification(cell);
  if (read === null) return 'says no `grader`: add the column, or pass `--grader NAME` for rows without';
  if (typeof read === 'string' || read === fallback || read.kind !== 'function' || read.argument === null) return read;
  return 'names a module, which data may not: write `function`, and pass `--grader function:PATH`';
}

type Basis = { id: string; request: RouteRequest; prompt: string; specification: Specification; expected: unknown };
type RowGrader = Pick<CollectRow, 'grader' | 'judge' | 'reference' | 'gradeAnswer'>;

function otherGrader({ id, prompt, specification, expected }: Basis, { grade }: GraderSources): RowGrader | string {
  const { kind, argument } = specification;
  let made: Made;
  if (kind === 'function') {
    if (grade === null) return 'wants a grading function: pass `--grader function:PATH`';
    made = functionGrader(grade.grade, { id, prompt, expected: expected ?? null });
  } else if (kind === 'judge') return 'wants a judge';
  else made = plainGrader({ kind, argument }, expected);
  if ('fault' in made) return made.fault;
  const { grader } = made;
  const rest = kind === 'function' ? { module: grade?.hash } : { argument };
  return {
    grader: shortHash(canonicalJson({ kind, ...rest, expected: expected ?? null })),
    judge: null,
    reference: null,
    gradeAnswer: async (answer) => ({ grade: await graded(grader, answer), judged: null }),
  };
}

async function graded(grader: Grader, answer: string): Promise<Grade> {
  try {
    return await grader(answer);
  } catch (error) {
    return ungraded(`the grader failed: ${error instanceof Error ? error.message : String(error)}`.slice(0, 200));
  }
}

function judgeGrader({ request, specification, expected }: Basis, { judge: judges }: GraderSources): RowGrader | string {
  if (judges === null) return 'wants a judge: pass `--judge MODEL`';
  const mode = specification.argument ?? 'absolute';
  if (mode !== 'absolute' && mode !== 'pairwise') return `expected \`judge\` or \`judge:pairwise\`, found \`judge:${mode}\``;
  if (expected !== undefined && typeof expected !== 'string') return 'expected an `answer` that is a text, to judge by';
  if (mode === 'pairwise' && (expected === undefined || expected.trim() === ''))
    return 'expected an `answer` to compare with, found nothing';
  const judge = judges[mode];
  const reference = expected ?? null;
  const { answerer, prompt } = judge;
  return {
    grader: shortHash(canonicalJson({ kind: 'judge', mode, judge: answerer.id, prompt: prompt.hash, reference })),
    judge,
    reference,
    gradeAnswer: (answer, signal) => judgeAnswer(judge, { request, answer, reference }, signal),
  };
}
