import type { Random } from '../../core/random.ts';
import type { Right } from './paired.ts';

/** What a candidate is measured by on the whole of dev. */
export type Standing = {
  hash: string;
  /** Share of rows right on every axis. */
  primary: number;
  /** Recall of the top value of axes that only rise; null without such rows. */
  topRecall: number | null;
  /** Tokens of the prompt, without a request. */
  tokens: number;
  rights: readonly Right[];
};

/** Those that nobody beats in everything at once: share right, high-risk recall, shortness, and every single row. */
export function paretoSet<S extends Standing>(standings: readonly S[]): S[] {
  return standings.filter((one, index) => !standings.some((other, at) => at !== index && beats(other, one, at < index)));
}

/** @param first of two equal ones the earlier stays */
function beats(a: Standing, b: Standing, first: boolean): boolean {
  const [recallA, recallB] = [a.topRecall ?? 0, b.topRecall ?? 0];
  if (a.primary < b.primary || recallA < recallB || a.tokens > b.tokens) return false;
  if (b.rights.some((right, row) => right === true && a.rights[row] !== true)) return false;
  return a.primary > b.primary || recallA > recallB || a.tokens < b.tokens || first;
}

/**
 * A parent for the next change, drawn by wins: each dev row gives one vote, shared by those who have it right, so that a candidate that
 * alone masters some kind of request is taken up too. Source: the instance-wise Pareto sampling of GEPA, arXiv 2507.19457, §3.
 */
export function drawParent<S extends Standing>(set: readonly S[], random: Random): S {
  const votes = set.map(() => 1e-9);
  const rows = set[0]?.rights.length ?? 0;
  for (let row = 0; row < rows; row++) {
    const winners = set.flatMap(({ rights }, index) => (rights[row] === true ? [index] : []));
    for (const winner of winners) votes[winner] = (votes[winner] as number) + 1 / winners.length;
  }
  let left = random() * votes.reduce((sum, vote) => sum + vote, 0);
  for (const [index, vote] of votes.entries()) {
    left -= vote;
    if (left < 0) return set[index] as S;
  }
  return set.at(-1) as S;
}
