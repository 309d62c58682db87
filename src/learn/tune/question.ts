import { z } from 'zod';
import { viewOf } from '../../core/view.ts';
import type { DatasetRow } from '../../eval/dataset.ts';
import type { Answered, ConfusionGroup } from './groups.ts';
import type { Patch } from './patch.ts';
import { sectionsOf } from './sections.ts';
import { likenessOf } from './tfidf.ts';

/** Groups shown at once, errors and right rows shown of each. */
const GROUPS = 3;
const ERRORS = 5;
const CORRECT = 3;
/** Most rows in one question. */
export const ROWS_SHOWN = GROUPS * (ERRORS + CORRECT);
/** Characters shown of a text. */
export const SHOWN = 500;
/** Lines of lessons kept. */
const LESSONS = 20;

/** What the strong model is told. Data of train alone: dev and test are never shown to it. */
export type Question = {
  groups: {
    axis: string;
    right: string;
    said: string;
    direction: string;
    errors: number;
    cost: number;
    wrong: { text: string; right: Readonly<Record<string, string>>; said: Record<string, string> }[];
    nearMisses: { text: string; right: Readonly<Record<string, string>> }[];
  }[];
  sections: { name: string; text: string }[];
  lockedSections: string[];
  lessons: string[];
  /** Tokens the whole prompt may still grow by. */
  tokensLeft: number;
};

/**
 * The question for one round: the dearest groups first, the next ones in later rounds.
 *
 * @param turn how often this parent was reflected on before
 */
export function questionOf(input: {
  prompt: string;
  groups: readonly ConfusionGroup[];
  answers: readonly Answered[];
  axes: readonly string[];
  lessons: readonly string[];
  tokensLeft: number;
  turn: number;
}): Question {
  const { groups, answers, axes, turn } = input;
  const start = groups.length === 0 ? 0 : (turn * GROUPS) % groups.length;
  const shown = groups.slice(start, start + GROUPS);
  const sections = sectionsOf(input.prompt);
  return {
    groups: shown.map((group) => shownGroup(group, answers, axes, turn)),
    sections: sections.filter(({ locked }) => !locked).map(({ name, text }) => ({ name, text })),
    lockedSections: sections.filter(({ locked }) => locked).map(({ name }) => name),
    lessons: input.lessons.slice(-LESSONS),
    tokensLeft: Math.max(0, input.tokensLeft),
  };
}

function shownGroup(
  group: ConfusionGroup,
  answers: readonly Answered[],
  axes: readonly string[],
  turn: number,
): Question['groups'][number] {
  const { axis, gold, said, direction, errors, cost } = group;
  const first = (turn * ERRORS) % Math.max(1, errors.length);
  const wrong = [...errors.slice(first), ...errors.slice(0, first)].slice(0, ERRORS);
  return {
    axis,
    right: gold,
    said,
    direction,
    errors: errors.length,
    cost,
    wrong: wrong.map(({ row, predicted }) => ({
      text: textOf(row),
      right: row.gold,
      said: Object.fromEntries(axes.map((name) => [name, predicted.label?.[name]?.value ?? 'unreadable'])),
    })),
    nearMisses: nearMisses(group, wrong, answers, axes).map((row) => ({ text: textOf(row), right: row.gold })),
  };
}

/** Rows labelled right that carry one of the two values and read most like the errors: what a patch must not break. */
function nearMisses(
  { axis, gold, said }: ConfusionGroup,
  wrong: readonly Answered[],
  answers: readonly Answered[],
  axes: readonly string[],
): DatasetRow[] {
  const right = answers
    .filter(({ row, predicted }) => axes.every((name) => predicted.label?.[name]?.value === row.gold[name]))
    .map(({ row }) => row)
    .filter((row) => row.gold[axis] === gold || row.gold[axis] === said);
  const likeness = likenessOf([...wrong.map(({ row }) => textOf(row)), ...right.map(textOf)]);
  const near = (at: number) => Math.max(0, ...wrong.map((_, error) => likeness.between(error, wrong.length + at)));
  return right
    .map((row, at) => ({ row, likeness: near(at) }))
    .sort((a, b) => b.likeness - a.likeness || (a.row.id < b.row.id ? -1 : 1))
    .slice(0, CORRECT)
    .map(({ row }) => row);
}

function textOf({ request }: DatasetRow): string {
  const { text } = viewOf(request);
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN - 1)}…`;
}

const Answer = z.object({
  diagnosis: z.string().max(4_000).default(''),
  section: z.string().min(1).max(200),
  text: z.string().max(8_000),
  lesson: z.string().max(1_000).default(''),
});

/** The patch in the strong model's answer, or what is wrong with it. */
export function parsePatch(content: string): { kind: 'patch'; patch: Patch } | { kind: 'unreadable'; why: string } {
  const [start, end] = [content.indexOf('{'), content.lastIndexOf('}')];
  if (start === -1 || end <= start) return { kind: 'unreadable', why: 'the answer holds no JSON object' };
  try {
    const parsed = Answer.safeParse(JSON.parse(content.slice(start, end + 1)));
    if (parsed.success) return { kind: 'patch', patch: parsed.data };
    const [issue] = parsed.error.issues;
    return { kind: 'unreadable', why: `the answer lacks ${issue?.path.join('.') || 'a patch'}: ${issue?.message ?? ''}` };
  } catch {
    return { kind: 'unreadable', why: 'the answer is not JSON' };
  }
}

/** A line to remember, on one line. @example lessonLine('Risk', 'too strict', 'dropped') // => 'Risk: too strict → dropped' */
export const lessonLine = (section: string, lesson: string, outcome: string): string =>
  `${section}: ${lesson.replace(/\s+/g, ' ').trim().slice(0, 160)} → ${outcome}`;
