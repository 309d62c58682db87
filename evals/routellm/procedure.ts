/** RouteLLM's own scoring: thresholds at the quantiles of the scores, a trapezoid over the shares of strong calls they give. */
export type RouteLlmScore = { apgr: number; cpt50: number; cpt80: number };

const QUANTILES = 10;

/**
 * APGR and call thresholds by the procedure of RouteLLM's `evaluate.py`: eleven thresholds at the quantile edges of the scores, every row at
 * or above a threshold goes to the strong model, APGR = (AUC − AUC_weak) / (AUC_strong − AUC_weak) over the shares seen, CPT by interpolation.
 * Equal scores are not shared out, so a ranking with many ties sees few shares. Source: lm-sys/RouteLLM, `routellm/evals/evaluate.py`.
 *
 * @param scores worth of the strong model by row, higher first
 */
export function routeLlmScore(scores: ArrayLike<number>, weak: ArrayLike<number>, strong: ArrayLike<number>): RouteLlmScore {
  const rows = scores.length;
  const sorted = Array.from(scores).sort((a, b) => a - b);
  const edges = Array.from({ length: QUANTILES + 1 }, (_, index) => quantile(sorted, index / QUANTILES));
  const thresholds = [...new Set([...edges, Number.POSITIVE_INFINITY])];
  const points = thresholds.map((threshold) => {
    let [calls, right] = [0, 0];
    for (let row = 0; row < rows; row++) {
      const toStrong = (scores[row] as number) >= threshold;
      if (toStrong) calls++;
      right += (toStrong ? strong[row] : weak[row]) as number;
    }
    return { share: calls / rows, quality: right / rows };
  });
  points.sort((a, b) => a.share - b.share);
  const [low, high] = [points[0]?.quality ?? 0, points.at(-1)?.quality ?? 0];
  const recovered = points.map(({ share, quality }) => ({ share, pgr: (quality - low) / (high - low) }));
  let area = 0;
  for (const [index, { share, pgr }] of recovered.entries()) {
    const before = recovered[index - 1];
    if (before !== undefined) area += ((pgr + before.pgr) / 2) * (share - before.share);
  }
  return { apgr: area, cpt50: shareAt(recovered, 0.5), cpt80: shareAt(recovered, 0.8) };
}

function quantile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(at)] as number, sorted[Math.ceil(at)] as number];
  return below + (above - below) * (at - Math.floor(at));
}

function shareAt(recovered: readonly { share: number; pgr: number }[], target: number): number {
  for (const [index, { share, pgr }] of recovered.entries()) {
    if (pgr < target) continue;
    const before = recovered[index - 1];
    return before === undefined || pgr === before.pgr
      ? share
      : before.share + ((target - before.pgr) / (pgr - before.pgr)) * (share - before.share);
  }
  return Number.NaN;
}
