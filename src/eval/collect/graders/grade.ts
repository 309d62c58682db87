/** What a grader makes of an answer: a score 0..1, or the reason why there is none. An answer nobody could grade is never a 0. */
export type Grade = { kind: 'graded'; score: number } | { kind: 'ungraded'; why: string };

/** Grades one answer to one row. */
export type Grader = (answer: string) => Grade | Promise<Grade>;

/** @example passed(true) // => { kind: 'graded', score: 1 } */
export const passed = (yes: boolean): Grade => ({ kind: 'graded', score: yes ? 1 : 0 });

export const ungraded = (why: string): Grade => ({ kind: 'ungraded', why });

/** A grader, or what is wrong with its specification. */
export type Made = { grader: Grader } | { fault: string };

/** Longest answer graders read, characters; of a longer one the end, where conclusions stand. */
const READ_CHARACTERS = 100_000;

export const readable = (answer: string): string => answer.slice(-READ_CHARACTERS);

/** What was found in place of something expected, in a few words. */
export const foundText = (value: unknown): string =>
  value === undefined || value === null || value === '' ? 'nothing' : `\`${String(JSON.stringify(value)).slice(0, 60)}\``;
