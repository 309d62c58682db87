import { type SparseText, sparseTexts } from '../../eval/table/text-features.ts';

/** Texts that can be compared: unit vectors of words, word pairs and pieces, weighed by how rare they are among all of them. */
export type Likeness = {
  /** Cosine of two texts by their numbers, 0..1. */
  between(a: number, b: number): number;
  /** The texts most like one of them, best first, among those `allowed`. */
  nearest(to: number, count: number, allowed: (index: number) => boolean): number[];
};

/** @example likenessOf(['red fox', 'red fox', 'blue sea', 'blue sea']).between(0, 1).toFixed(2) // => '1.00' */
export function likenessOf(texts: readonly string[]): Likeness {
  const vectors = sparseTexts(texts);
  const between = (a: number, b: number) => cosine(vectors[a], vectors[b]);
  return {
    between,
    nearest: (to, count, allowed) => {
      const found: { index: number; likeness: number }[] = [];
      for (let index = 0; index < vectors.length; index++)
        if (index !== to && allowed(index)) found.push({ index, likeness: between(to, index) });
      return found
        .sort((a, b) => b.likeness - a.likeness || a.index - b.index)
        .slice(0, count)
        .map(({ index }) => index);
    },
  };
}

function cosine(a: SparseText | undefined, b: SparseText | undefined): number {
  if (a === undefined || b === undefined) return 0;
  let [sum, left, right] = [0, 0, 0];
  while (left < a.features.length && right < b.features.length) {
    const step = (a.features[left] as number) - (b.features[right] as number);
    if (step === 0) sum += (a.weights[left] as number) * (b.weights[right] as number);
    if (step <= 0) left++;
    if (step >= 0) right++;
  }
  return sum;
}
