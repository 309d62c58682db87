import { createHash } from 'node:crypto';

export type Arm = { name: string; weight: number };

/**
 * The arm of a user or conversation: always the same one, whatever the process or the order of requests.
 * The first 52 bits of SHA-256 over experiment and unit, as a share of the weights.
 *
 * @param unit id of a user or conversation
 * @example armOf('prices', 'ada', [{ name: 'a', weight: 1 }])?.name // => 'a'
 */
export function armOf<A extends Arm>(experiment: string, unit: string, arms: readonly A[]): A | undefined {
  const total = arms.reduce((sum, { weight }) => sum + weight, 0);
  const digest = createHash('sha256')
    .update(JSON.stringify([experiment, unit]))
    .digest('hex');
  let left = (Number.parseInt(digest.slice(0, 13), 16) / 2 ** 52) * total;
  return arms.find(({ weight }) => {
    left -= weight;
    return left < 0;
  });
}
