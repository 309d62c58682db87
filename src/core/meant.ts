/** Slips a word may hold and still be recognised: a letter in three, two at most. */
const slipsOf = (word: string): number => Math.min(2, Math.floor(word.replace(/^-+/, '').length / 3));

/** The known word that was most likely meant; null where none is only a slip or two away. Capitals are no slips. @example nearestName('Josn', ['json']) // => 'json' */
export function nearestName(found: string, known: readonly string[]): string | null {
  const folded = found.toLowerCase();
  const [nearest] = known.map((word) => ({ word, slips: distance(folded, word.toLowerCase()) })).toSorted((a, b) => a.slips - b.slips);
  return nearest !== undefined && nearest.slips <= slipsOf(found) ? nearest.word : null;
}

/** `; did you mean …?` where a known word is only a slip or two away, else nothing. @example meantText('clasify', ['classify']) // => '; did you mean `classify`?' */
export function meantText(found: string, known: readonly string[]): string {
  const nearest = nearestName(found, known);
  return nearest === null ? '' : `; did you mean \`${nearest}\`?`;
}

/** Letters put in, left out, exchanged, or swapped with a neighbour (optimal string alignment). @example distance('josn', 'json') // => 1 */
export function distance(from: string, to: string): number {
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, column) => column)];
  const at = (row: number, column: number) => rows[row]?.[column] ?? Number.POSITIVE_INFINITY;
  for (let row = 1; row <= from.length; row++) {
    const costs: number[] = [row];
    rows.push(costs);
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1] ? 0 : 1;
      const swapped =
        from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1] ? at(row - 2, column - 2) + 1 : Number.POSITIVE_INFINITY;
      costs.push(Math.min(at(row - 1, column) + 1, at(row, column - 1) + 1, at(row - 1, column - 1) + same, swapped));
    }
  }
  return at(from.length, to.length);
}
