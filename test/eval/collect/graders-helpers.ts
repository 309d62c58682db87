import type { Grade, Made } from '../../../src/eval/collect/graders/grade.ts';
import { plainGrader, readSpecification } from '../../../src/eval/collect/graders/specification.ts';

export const SEED = 20_261_121;

function made(specification: string, expected: unknown): Made {
  const read = readSpecification(specification);
  if (typeof read === 'string') return { fault: read };
  if (read.kind === 'function' || read.kind === 'judge') throw new Error('not a plain grader');
  return plainGrader({ ...read, kind: read.kind }, expected);
}

export const faultOf = (specification: string, expected: unknown): string => {
  const result = made(specification, expected);
  return 'fault' in result ? result.fault : '';
};

export async function grade(specification: string, expected: unknown, answer: string): Promise<Grade> {
  const result = made(specification, expected);
  if ('fault' in result) throw new Error(result.fault);
  return result.grader(answer);
}

export const passes = async (specification: string, expected: unknown, answer: string): Promise<boolean> => {
  const result = await grade(specification, expected, answer);
  return result.kind === 'graded' && result.score === 1;
};
