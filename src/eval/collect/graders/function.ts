import { type Grade, type Made, ungraded } from './grade.ts';

/** What a grading function is told of an answer: nothing of the model that gave it. */
export type ToGrade = { id: string; prompt: string; answer: string; expected: unknown };
/** A grader of one's own: true, false or 0..1; anything else leaves the answer ungraded. */
export type GradeFunction = (row: ToGrade) => unknown;

/** The function `grade` of a module, or what is wrong with the module. */
export function gradeOf(module: Readonly<Record<string, unknown>>, path: string): GradeFunction | string {
  const { grade } = module;
  return typeof grade === 'function' ? (grade as GradeFunction) : `\`${path}\` exports no function \`grade\``;
}

export function functionGrader(grade: GradeFunction, row: Omit<ToGrade, 'answer'>): Made {
  return {
    grader: async (answer): Promise<Grade> => {
      try {
        return scoreOf(await grade({ ...row, answer }));
      } catch (error) {
        return ungraded(`\`grade\` threw: ${error instanceof Error ? error.message : String(error)}`.slice(0, 200));
      }
    },
  };
}

function scoreOf(result: unknown): Grade {
  const score = typeof result === 'boolean' ? Number(result) : result;
  if (typeof score === 'number' && score >= 0 && score <= 1) return { kind: 'graded', score };
  return ungraded(`\`grade\` gave ${String(JSON.stringify(result)).slice(0, 60)}, expected true, false or 0 to 1`);
}
