/** A line of a difference: kept, taken out or put in. */
export type DiffLine = { kind: ' ' | '-' | '+'; text: string };

/** Longer texts are compared as wholes: all out, all in. */
const MOST_LINES = 2_000;

/**
 * What turned one text into another, line by line, by their longest common subsequence.
 *
 * @example lineDiff('a\nb', 'a\nc').map(({ kind, text }) => kind + text) // => [' a', '-b', '+c']
 */
export function lineDiff(before: string, after: string): DiffLine[] {
  const [old, fresh] = [before.split('\n'), after.split('\n')];
  if (old.length > MOST_LINES || fresh.length > MOST_LINES) return [...old.map(taken), ...fresh.map(put)];
  const common = commonLengths(old, fresh);
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < fresh.length) {
    if (i < old.length && j < fresh.length && old[i] === fresh[j]) {
      lines.push({ kind: ' ', text: old[i++] as string });
      j++;
    } else if (j >= fresh.length || (i < old.length && (common[i + 1]?.[j] ?? 0) >= (common[i]?.[j + 1] ?? 0)))
      lines.push(taken(old[i++] as string));
    else lines.push(put(fresh[j++] as string));
  }
  return lines;
}

const taken = (text: string): DiffLine => ({ kind: '-', text });
const put = (text: string): DiffLine => ({ kind: '+', text });

/** Lines that the rests of both texts from i and j on have in common. */
function commonLengths(old: readonly string[], fresh: readonly string[]): Uint16Array[] {
  const common = Array.from({ length: old.length + 1 }, () => new Uint16Array(fresh.length + 1));
  for (let i = old.length - 1; i >= 0; i--) {
    const [row, below] = [common[i] as Uint16Array, common[i + 1] as Uint16Array];
    for (let j = fresh.length - 1; j >= 0; j--)
      row[j] = old[i] === fresh[j] ? (below[j + 1] ?? 0) + 1 : Math.max(below[j] ?? 0, row[j + 1] ?? 0);
  }
  return common;
}

/** Changed lines alone, each with so many kept lines around it; a gap is an empty kept line `…`. */
export function changedLines(lines: readonly DiffLine[], around = 1): DiffLine[] {
  const near = lines.map((_, at) => lines.slice(Math.max(0, at - around), at + around + 1).some(({ kind }) => kind !== ' '));
  return lines.flatMap((line, at) => {
    if (near[at]) return [line];
    return near[at - 1] && near.slice(at).some(Boolean) ? [{ kind: ' ' as const, text: '…' }] : [];
  });
}
