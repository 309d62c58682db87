import { viewOf } from '../../../core/view.ts';
import type { Dataset, DatasetRow } from '../../dataset.ts';
import { type Finding, finder } from '../finding.ts';

const sameGold = (a: DatasetRow, b: DatasetRow): boolean => Object.keys(a.gold).every((axis) => a.gold[axis] === b.gold[axis]);

type Twins = { repeated: string[]; twoLabels: string[]; near: string[]; nearTwoLabels: string[] };

/** Rows with an earlier row of the same, or nearly the same, text. */
function twinsOf(rows: readonly DatasetRow[], groups: Int32Array): Twins {
  const [byText, byGroup] = [new Map<string, DatasetRow>(), new Map<number, DatasetRow>()];
  const twins: Twins = { repeated: [], twoLabels: [], near: [], nearTwoLabels: [] };
  for (const [index, row] of rows.entries()) {
    const group = groups[index] as number;
    const [equal, like] = [byText.get(row.fingerprint), byGroup.get(group)];
    if (equal !== undefined) twins[sameGold(row, equal) ? 'repeated' : 'twoLabels'].push(`${equal.id} / ${row.id}`);
    else if (like !== undefined) twins[sameGold(row, like) ? 'near' : 'nearTwoLabels'].push(`${like.id} / ${row.id}`);
    byText.set(row.fingerprint, equal ?? row);
    byGroup.set(group, like ?? row);
  }
  return twins;
}

/** Rows whose text stands, or nearly stands, elsewhere in the set. @param groups of near-duplicates, by row */
export function textFindings({ name, rows }: Dataset, groups: Int32Array): (Finding | null)[] {
  const twins = twinsOf(rows, groups);
  const blank = rows.filter(({ request }) => viewOf(request).text.trim() === '').map(({ id }) => id);
  const say = finder(name);
  const cluster =
    'give them one `cluster`, so that they stay in one split and are not counted as independent (`pointsman data split` does)';
  return [
    say(
      'error',
      'two-labels',
      twins.twoLabels,
      '# text(s) stand twice with different labels',
      'decide which label is right, or remove one',
    ),
    say('warning', 'repeated', twins.repeated, '# row(s) repeat an earlier text', 'remove the copies, or give them one `cluster`'),
    say('warning', 'near-duplicates', twins.near, '# row(s) are nearly an earlier one', cluster),
    say(
      'note',
      'near-two-labels',
      twins.nearTwoLabels,
      '# row(s) are nearly an earlier one and labelled otherwise',
      'read them: a contrast that was meant, or a slip',
    ),
    say('warning', 'blank', blank, '# row(s) have no text a classifier sees', 'give them a user turn, or remove them'),
  ];
}
