/** One held-out softmax row: raw scores and the index of the right column. */
export type ScoredRow = { scores: Float64Array; target: number };

const GOLDEN = (Math.sqrt(5) - 1) / 2;

/**
 * The temperature that minimises the log loss of held-out rows, between 0.05 and 20. Golden-section search on its logarithm.
 * Source: Guo et al. 2017, arXiv:1706.04599.
 */
export function fitTemperature(rows: readonly ScoredRow[]): number {
  if (rows.length === 0) return 1;
  const loss = (logarithm: number) => meanLogLoss(rows, Math.exp(logarithm));
  let low = Math.log(0.05);
  let high = Math.log(20);
  for (let round = 0; round < 40; round++) {
    const left = high - GOLDEN * (high - low);
    const right = low + GOLDEN * (high - low);
    if (loss(left) < loss(right)) high = right;
    else low = left;
  }
  return Math.exp((low + high) / 2);
}

function meanLogLoss(rows: readonly ScoredRow[], temperature: number): number {
  let sum = 0;
  for (const { scores, target } of rows) {
    const highest = Math.max(...scores);
    let raised = 0;
    for (const score of scores) raised += Math.exp((score - highest) / temperature);
    sum += Math.log(raised) - ((scores[target] as number) - highest) / temperature;
  }
  return sum / rows.length;
}

/** One held-out detector row. */
export type DetectedRow = { score: number; hit: 0 | 1 };

/**
 * Slope and offset of a logistic calibration, by Newton steps with Platt's smoothed targets.
 * Source: Platt 1999, with the targets of Lin, Lin and Weng 2007.
 */
export function fitPlatt(rows: readonly DetectedRow[]): { slope: number; offset: number } {
  const hits = rows.filter(({ hit }) => hit === 1).length;
  if (hits === 0 || hits === rows.length) return { slope: 1, offset: 0 };
  const upper = (hits + 1) / (hits + 2);
  const lower = 1 / (rows.length - hits + 2);
  let slope = 1;
  let offset = 0;
  for (let round = 0; round < 50; round++) {
    let gs = 0,
      go = 0,
      hss = 1e-9,
      hso = 0,
      hoo = 1e-9;
    for (const { score, hit } of rows) {
      const p = 1 / (1 + Math.exp(-(slope * score + offset)));
      const error = p - (hit === 1 ? upper : lower);
      const curve = p * (1 - p);
      gs += error * score;
      go += error;
      hss += curve * score * score;
      hso += curve * score;
      hoo += curve;
    }
    const determinant = hss * hoo - hso * hso;
    const ds = (hoo * gs - hso * go) / determinant;
    const dO = (hss * go - hso * gs) / determinant;
    slope -= ds;
    offset -= dO;
    if (Math.abs(ds) + Math.abs(dO) < 1e-9) break;
  }
  return { slope, offset };
}
