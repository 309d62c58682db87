import { type Finding, finder } from '../data/finding.ts';
import type { ServedRow } from '../served.ts';

/** Shares are judged from so many rows on. */
const ENOUGH = 20;
/** A value with so many gold rows should be predicted at least once. */
const MISSED = 5;

/** What the rows of a run show: labels never given, confidences all alike, one model for all, gold in the text. */
export function servedFindings(rows: readonly ServedRow[], where: string): (Finding | null)[] {
  if (rows.length < ENOUGH) return [];
  const say = finder(where);
  const axes = [...new Set(rows.flatMap(({ label, gold }) => [...Object.keys(label), ...Object.keys(gold)]))];
  return [
    say(
      'error',
      'gold-in-text',
      axes.flatMap((axis) => goldInText(axis, rows)),
      '# axis(es) have their gold label written in the text',
      'remove it from the texts: the classifier reads the answer',
    ),
    say(
      'warning',
      'never-predicted',
      axes.flatMap((axis) => neverPredicted(axis, rows)),
      '# value(s) with gold rows were never predicted',
      'give the classifier examples of them, or merge them with another',
    ),
    say(
      'warning',
      'equal-confidence',
      axes.filter((axis) => equalConfidence(axis, rows)),
      '# axis(es) have one confidence on every row',
      'it is a stated prior, no measurement: calibrate, or ask an endpoint that gives log-probabilities',
    ),
    say(
      'warning',
      'collapse',
      collapsed(rows),
      'the router sends everything to one model',
      'use that model and no router, or look at rules, prices and `sureAt`',
    ),
  ];
}

function neverPredicted(axis: string, rows: readonly ServedRow[]): string[] {
  const gold = new Map<string, number>();
  const labelled = rows.filter(({ label }) => label[axis] !== undefined);
  for (const row of labelled) {
    const value = row.gold[axis];
    if (value !== undefined) gold.set(value, (gold.get(value) ?? 0) + 1);
  }
  const predicted = new Set(labelled.map(({ label }) => label[axis]?.value));
  return [...gold]
    .filter(([value, count]) => count >= MISSED && !predicted.has(value))
    .map(([value, count]) => `${axis} ${value} (${count} rows)`);
}

function equalConfidence(axis: string, rows: readonly ServedRow[]): boolean {
  const confidences = rows.flatMap(({ label }) => label[axis]?.confidence ?? []);
  return confidences.length >= ENOUGH && new Set(confidences).size === 1;
}

function collapsed(rows: readonly ServedRow[]): string[] {
  const models = rows.flatMap(({ model }) => model ?? []);
  return models.length >= ENOUGH && new Set(models).size === 1 ? [`${models[0]}, ${models.length} rows`] : [];
}

/** Share of texts that hold their own gold value as a word; far less often by chance. */
const SUSPICIOUS = 0.5;
/** Share of texts that hold it after the axis's name, as in `risk: high`. */
const WRITTEN_OUT = 0.05;

function goldInText(axis: string, rows: readonly ServedRow[]): string[] {
  const own = rows.filter(({ gold }) => gold[axis] !== undefined);
  if (own.length < ENOUGH) return [];
  const has = (pattern: (value: string) => RegExp) => own.filter(({ gold, text }) => pattern(escaped(gold[axis] as string)).test(text));
  const words = has((value) => new RegExp(`(?<![\\p{L}\\p{N}])${value}(?![\\p{L}\\p{N}])`, 'iu'));
  const named = has((value) => new RegExp(`${escaped(axis)}["']?\\s*[:=]\\s*["']?${value}`, 'iu'));
  const share = (list: readonly ServedRow[]) => list.length / own.length;
  const found = share(named) >= WRITTEN_OUT ? named : share(words) >= SUSPICIOUS ? words : [];
  return found.length === 0 ? [] : [`${axis} in ${found.length} of ${own.length}, such as ${found[0]?.id}`];
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
