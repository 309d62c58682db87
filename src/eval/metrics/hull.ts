/** A point of cost (any unit, the same for all) and quality (0..1). */
export type CostQuality = { cost: number; quality: number };

/**
 * Upper concave hull of cost and quality, cut at its best point: the qualities that mixing single models at random can buy.
 * Points between vertices exist only if you randomise. Source: RouterBench, arXiv 2403.12031, §3 (non-decreasing convex hull).
 *
 * @returns vertices by rising cost and rising quality
 * @example concaveHull([{ cost: 1, quality: 0.5 }, { cost: 2, quality: 0.4 }, { cost: 3, quality: 0.9 }]).length // => 2
 */
export function concaveHull<P extends CostQuality>(points: readonly P[]): P[] {
  const sorted = [...points].sort((a, b) => a.cost - b.cost || b.quality - a.quality);
  const hull: P[] = [];
  for (const point of sorted) {
    const last = hull.at(-1);
    if (last !== undefined && point.quality <= last.quality) continue;
    while (hull.length >= 2 && !bendsDown(hull.at(-2) as P, hull.at(-1) as P, point)) hull.pop();
    hull.push(point);
  }
  return hull;
}

/** True when the slope falls at `b`, so that `b` lies above the line from `a` to `c`. */
function bendsDown(a: CostQuality, b: CostQuality, c: CostQuality): boolean {
  return (b.quality - a.quality) * (c.cost - b.cost) > (c.quality - b.quality) * (b.cost - a.cost);
}

/**
 * Quality of the free mix at a cost: linear between vertices, flat beyond the last. Below the first vertex no mix is that cheap,
 * so the first vertex's quality is returned, which is harder to beat than anything affordable.
 *
 * @param hull vertices as `concaveHull` returns them, at least one
 * @example hullQuality([{ cost: 1, quality: 0.5 }, { cost: 3, quality: 0.9 }], 2) // => 0.7
 */
export function hullQuality(hull: readonly CostQuality[], cost: number): number {
  let before = hull[0];
  if (before === undefined) return Number.NaN;
  for (const vertex of hull) {
    if (vertex.cost > cost) {
      if (vertex === before) return vertex.quality;
      return before.quality + ((cost - before.cost) / (vertex.cost - before.cost)) * (vertex.quality - before.quality);
    }
    before = vertex;
  }
  return before.quality;
}
