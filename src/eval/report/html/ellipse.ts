import type { ServedRow } from '../../served.ts';

/** Mean dollars and quality of a router with the spread of those means; clusters are drawn whole. */
export type MeanSpread = { usd: number; quality: number; usdVariance: number; qualityVariance: number; covariance: number };

/**
 * Cluster-robust covariance of mean quality and mean cost. Null when some row's is unknown, or there are fewer than two clusters.
 * Source: the plain clustered form of Miller 2024, arXiv 2411.00640, §2.2, for two columns.
 *
 * @param usdScale dollars are multiplied by this: 1,000 for a cost per 1,000 rows
 */
export function meanSpread(rows: readonly Pick<ServedRow, 'quality' | 'usd' | 'cluster'>[], usdScale: number): MeanSpread | null {
  const n = rows.length;
  if (rows.some(({ quality, usd }) => quality === null || usd === null)) return null;
  const quality = rows.reduce((sum, row) => sum + (row.quality ?? 0), 0) / n;
  const usd = (rows.reduce((sum, row) => sum + (row.usd ?? 0), 0) / n) * usdScale;
  const residuals = new Map<string, [number, number]>();
  for (const row of rows) {
    const [q, u] = residuals.get(row.cluster) ?? [0, 0];
    residuals.set(row.cluster, [q + (row.quality ?? 0) - quality, u + (row.usd ?? 0) * usdScale - usd]);
  }
  if (residuals.size < 2) return null;
  const factor = residuals.size / (residuals.size - 1) / n / n;
  const sums = [...residuals.values()].reduce<[number, number, number]>(
    ([qq, uu, qu], [q, u]) => [qq + q * q, uu + u * u, qu + q * u],
    [0, 0, 0],
  );
  const [qualityVariance, usdVariance, covariance] = sums.map((sum) => sum * factor) as [number, number, number];
  return { usd, quality, usdVariance, qualityVariance, covariance };
}

/** 95 % point of χ² with two degrees of freedom. */
const WITHIN = 5.991464547;

/** Outline of the 95 % region of a mean, as dollars and quality. */
export function ellipseOf({ usd, quality, usdVariance, qualityVariance, covariance }: MeanSpread, corners = 48): [number, number][] {
  const a = Math.sqrt(usdVariance);
  const b = a === 0 ? 0 : covariance / a;
  const c = Math.sqrt(Math.max(0, qualityVariance - b * b));
  const radius = Math.sqrt(WITHIN);
  return Array.from({ length: corners }, (_, index) => {
    const angle = (2 * Math.PI * index) / corners;
    const [u, v] = [radius * Math.cos(angle), radius * Math.sin(angle)];
    return [usd + a * u, quality + b * u + c * v];
  });
}
