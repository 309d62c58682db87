import { seededRandom, shuffled } from '../../core/random.ts';
import { nearGroups } from './near.ts';

/** The family of each row: near-duplicates and rows of one cluster, through any number of others. */
export function familiesOf(clusters: readonly string[], texts: readonly string[]): Int32Array {
  const near = nearGroups(texts);
  const parent = new Map<string, string>();
  const rootOf = (key: string): string => {
    let root = key;
    for (let next = parent.get(root); next !== undefined; next = parent.get(root)) root = next;
    return root;
  };
  for (const [index, cluster] of clusters.entries()) {
    const [a, b] = [rootOf(`near ${near[index]}`), rootOf(`cluster ${cluster}`)];
    if (a !== b) parent.set(b, a);
  }
  const numbers = new Map<string, number>();
  return near.map((group) => {
    const root = rootOf(`near ${group}`);
    const number = numbers.get(root) ?? numbers.size;
    numbers.set(root, number);
    return number;
  });
}

/** A family is called by its first row. */
export function familyNames(rows: readonly { id: string }[], family: Int32Array): string[] {
  const first = new Map<number, string>();
  return rows.map(({ id }, index) => {
    const group = family[index] as number;
    const name = first.get(group) ?? id;
    first.set(group, name);
    return name;
  });
}

/**
 * Greedy iterative stratification (Sechidis, Tsoumakas and Vlahavas 2011) over families: those of the rarest labels first, each to the split
 * that lacks most of what it brings, in parts of what the split should have. Ties go by the seed.
 *
 * @param given labels of each row
 * @returns the split of each row, an index into `shares`
 */
export function assign(
  given: readonly (readonly string[])[],
  family: Int32Array,
  { shares, seed }: { shares: readonly number[]; seed: number },
): number[] {
  const labels = given.map((own) => ['', ...own]);
  const total = new Map<string, number>();
  for (const own of labels) for (const label of own) total.set(label, (total.get(label) ?? 0) + 1);
  const members = new Map<number, number[]>();
  for (const [index, group] of family.entries()) {
    const own = members.get(group);
    if (own === undefined) members.set(group, [index]);
    else own.push(index);
  }
  const rarest = (list: readonly number[]) =>
    Math.min(...list.flatMap((index) => (labels[index] ?? []).map((label) => total.get(label) ?? 0)));
  const order = shuffled([...members.values()], seededRandom(seed))
    .map((list) => ({ list, rare: rarest(list) }))
    .sort((a, b) => b.list.length - a.list.length || a.rare - b.rare);
  const have = shares.map(() => new Map<string, number>());
  const sum = shares.reduce((all, share) => all + share, 0);
  const splits = labels.map(() => 0);
  for (const { list } of order) {
    const brought = list.flatMap((index) => labels[index] ?? []);
    const needs = shares.map((share, split) => needOf(brought, total, have[split] as Map<string, number>, share / sum));
    const chosen = needs.indexOf(Math.max(...needs));
    for (const index of list) splits[index] = chosen;
    for (const label of brought) have[chosen]?.set(label, (have[chosen]?.get(label) ?? 0) + 1);
  }
  return splits;
}

function needOf(brought: readonly string[], total: ReadonlyMap<string, number>, have: ReadonlyMap<string, number>, share: number): number {
  return brought.reduce((need, label) => need + 1 - (have.get(label) ?? 0) / (share * (total.get(label) ?? 1)), 0);
}
