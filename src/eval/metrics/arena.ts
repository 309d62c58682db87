/** RouterArena's constants: weight of cost, and the dollars per 1,000 queries that count as 0 and as 1. */
const ARENA = { beta: 0.1, dearest: 200, cheapest: 0.0044 } as const;

export type ArenaScore = { score: number; cost: number };

/**
 * RouterArena score: S = (1+β)·A·C / (β·A + C), C = (log₂ 200 − log₂ c) / (log₂ 200 − log₂ 0.0044), β = 0.1, costs cut to that range.
 * At A = .75 and c = $0.30 halving the cost is worth about one point of accuracy. Source: RouterArena, arXiv 2510.00202, `run.py`.
 *
 * @param accuracy 0..1
 * @param usdPer1k dollars per 1,000 queries, known (an unknown price is not 0)
 * @example arenaScore(0.7814, 0.3).score.toFixed(4) // => '0.7614'
 */
export function arenaScore(accuracy: number, usdPer1k: number): ArenaScore {
  const dollars = Math.min(ARENA.dearest, Math.max(ARENA.cheapest, usdPer1k));
  const cost = Math.log2(ARENA.dearest / dollars) / Math.log2(ARENA.dearest / ARENA.cheapest);
  const denominator = ARENA.beta * accuracy + cost;
  return { score: denominator === 0 ? 0 : ((1 + ARENA.beta) * accuracy * cost) / denominator, cost };
}
