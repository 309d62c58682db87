import { seededRandom, shuffled } from '../../core/random.ts';
import type { Dataset, DatasetRow } from '../dataset.ts';
import type { AskedRow } from '../predict.ts';
import { sameMeaning } from './pairs.ts';
import { inEnvelope, mapUserText, withTypos } from './perturb.ts';
import type { AttackedAxes } from './score.ts';
import { attacked, type InjectionTemplate } from './templates.ts';

export type RobustnessPlan = {
  /** Rows under attack, in the order of the file. */
  rows: DatasetRow[];
  /** Rows whose bare label is asked for: those, and the ones written to say the same. */
  bare: DatasetRow[];
  /** Everything a classifier is asked, the bare requests first. */
  asked: AskedRow[];
};

export const bareId = (row: string): string => `bare|${row}`;
export const envelopeId = (row: string): string => `envelope|${row}`;
export const typosId = (row: string): string => `typos|${row}`;
export const attackId = (template: string, row: string): string => `${template}|${row}`;

/**
 * Which requests are attacked, and how. Rows whose gold risk is above the lowest come first, since only they can be lowered; both those and the
 * others are drawn with the seed.
 *
 * @param everything ask for the bare label of every row, not only of those that are needed
 */
export function planOf(
  { rows, axes: goldAxes }: Dataset,
  templates: readonly InjectionTemplate[],
  axes: AttackedAxes,
  { limit, seed, everything }: { limit: number; seed: number; everything: boolean },
): RobustnessPlan {
  const { rising } = axes;
  const lowest = rising?.values[0];
  const risky = (row: DatasetRow) => rising !== null && goldAxes.includes(rising.name) && row.gold[rising.name] !== lowest;
  const random = seededRandom(seed);
  const order = shuffled(rows, random);
  const drawn = new Set([...order.filter(risky), ...order.filter((row) => !risky(row))].slice(0, limit));
  const { paraphrases, translations } = sameMeaning(rows);
  const alike = new Set([...paraphrases, ...translations].flat());
  const chosen = rows.filter((row) => drawn.has(row));
  const bare = everything ? rows : rows.filter((row) => drawn.has(row) || alike.has(row));
  const typing = seededRandom(seed + 1);
  const asked = [
    ...bare.map(({ id, request }) => ({ id: bareId(id), request })),
    ...chosen.map(({ id, request }) => ({ id: envelopeId(id), request: inEnvelope(request) })),
    ...chosen.map(({ id, request }) => ({ id: typosId(id), request: mapUserText(request, (text) => withTypos(text, typing)) })),
    ...templates.flatMap((template) =>
      chosen.map(({ id, request }) => ({ id: attackId(template.id, id), request: attacked(template, request) })),
    ),
  ];
  return { rows: chosen, bare, asked };
}
