/** Groups by name, and the group of each row (−1 for none). */
type Groups = { names: readonly string[]; of: Int32Array };

/** Terms and examples shown of a kind. */
const TERMS = 8;
const EXAMPLES = 5;
/** Texts a word must stand in, and characters read of a text. */
const LEAST_TEXTS = 4;
const CHARACTERS = 4_000;
const WORD = /\p{L}[\p{L}\p{N}_'-]{2,30}/gu;

/**
 * Words that speak most for each kind: the z-score of the log-odds of standing in a text of the kind against all others.
 * Source: Monroe, Colaresi & Quinn 2008, Political Analysis 16(4), with an even prior.
 */
export function tellingTerms(prompts: readonly string[], { names, of }: Groups): string[][] {
  const texts = new Float64Array(names.length);
  const counts = new Map<string, Float64Array>();
  for (const [row, prompt] of prompts.entries()) {
    const kind = of[row] as number;
    if (kind < 0) continue;
    texts[kind] = (texts[kind] as number) + 1;
    for (const word of new Set(prompt.slice(0, CHARACTERS).toLowerCase().match(WORD) ?? [])) {
      const own = counts.get(word) ?? new Float64Array(names.length);
      own[kind] = (own[kind] as number) + 1;
      counts.set(word, own);
    }
  }
  const all = texts.reduce((sum, count) => sum + count, 0);
  const totals = [...counts].map(([word, own]) => ({ word, own, total: own.reduce((sum, count) => sum + count, 0) }));
  const common = totals.filter(({ total }) => total >= LEAST_TEXTS);
  return names.map((_, kind) => {
    const scored = common.map(({ word, own, total }) => ({ word, score: oddsOf(own[kind] as number, total, texts[kind] as number, all) }));
    scored.sort((a, b) => b.score - a.score || (a.word < b.word ? -1 : 1));
    return scored.slice(0, TERMS).flatMap(({ word, score }) => (score > 0 ? [word] : []));
  });
}

function oddsOf(own: number, total: number, texts: number, all: number): number {
  const [here, there] = [own + 0.5, total - own + 0.5];
  const [restHere, restThere] = [texts - own + 0.5, all - texts - (total - own) + 0.5];
  return Math.log((here * restThere) / (there * restHere)) / Math.sqrt(1 / here + 1 / there);
}

/** Ids of the rows of a kind that its own chance is highest for. */
export function clearestRows(ids: readonly string[], { of }: Groups, kind: number, chanceOf: (row: number) => number): string[] {
  const rows = ids.flatMap((id, row) => (of[row] === kind ? [{ id, chance: chanceOf(row) }] : []));
  return rows
    .sort((a, b) => b.chance - a.chance || (a.id < b.id ? -1 : 1))
    .slice(0, EXAMPLES)
    .map(({ id }) => id);
}
