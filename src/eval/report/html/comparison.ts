import type { Comparison, Flip } from '../../compare.ts';
import { isGap } from '../../metrics/gap.ts';
import { differenceText, pointsText, usdText } from '../format.ts';
import { escapeHtml, htmlTable } from './escape.ts';
import { forestPlot } from './forest.ts';
import type { Section } from './page.ts';

const SHOWN = 100;

/** What changed against an earlier run: differences with intervals, slices, and the cases that flipped with their price. */
export function comparisonSection(comparison: Comparison): Section {
  const { verdict, reference, differences, slices, flips, n, changed } = comparison;
  const lines = [...differences, ...slices].flatMap(({ name, difference, holm }) =>
    isGap(difference) ? [] : [{ name, estimate: difference, marked: holm < 0.05 }],
  );
  const text = `${verdict.word}: ${verdict.text} on ${n} rows, against ${reference.name} (${reference.hash}). ${verdict.advice}. Changed: ${changed.join(', ') || 'nothing that is recorded'}. Quality ${differenceText(comparison.quality)} points.`;
  const plot = forestPlot(
    'changes',
    'Newer less older',
    'Points right more often than before, with 95 % intervals; bold where it stands out after Holm over its family.',
    lines,
    0,
    true,
  );
  const rows = flips.slice(0, SHOWN).map(flipRow);
  const shown = flips.length > SHOWN ? ` (${SHOWN} of ${flips.length})` : '';
  const table = htmlTable(
    ['id', '', 'what changed', 'quality, points', 'cost', 'text'],
    rows,
    `Cases that flipped, broken ones first, the dearest on top${shown}`,
  );
  return {
    id: 'changes',
    title: `Against ${reference.name}`,
    html: `<p>${escapeHtml(text)}</p>${plot}${flips.length === 0 ? '<p>No case flipped.</p>' : table}`,
  };
}

function flipRow({ id, kind, before, after, gold, quality, usd, text }: Flip): string[] {
  const keys = Object.keys({ ...before, ...after }).filter((key) => before[key] !== after[key]);
  const steps = keys.map(
    (key) => `${key}: ${before[key] ?? '–'} → ${after[key] ?? '–'}${gold[key] === undefined ? '' : ` (gold ${gold[key]})`}`,
  );
  return [id, kind, steps.join('; '), quality === null ? '–' : pointsText(quality), usd === null ? '–' : usdText(usd), text.slice(0, 160)];
}
