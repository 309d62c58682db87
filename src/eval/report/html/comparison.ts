import type { Comparison, Difference, Flip } from '../../compare.ts';
import { isGap } from '../../metrics/gap.ts';
import { comparisonLines, DIFFERENCE_HEADER, differenceRow, stepText } from '../comparison.ts';
import { pointsText, signed, usdText } from '../format.ts';
import { escapeHtml, htmlTable, prose } from './escape.ts';
import { flipDiagram } from './flips.ts';
import { forestPlot } from './forest.ts';
import { legend } from './legend.ts';
import type { Section } from './page.ts';

const SHOWN = 40;

/** What changed against an earlier run: differences with intervals, slices, and the cases that flipped with their price. */
export function comparisonSection(comparison: Comparison): Section {
  const { verdict, reference, differences, slices, flips } = comparison;
  const word = `<p class="verdict"><span class="word ${verdict.word.replace(' ', '-')}">${escapeHtml(verdict.word)}</span> <span>${prose(verdict.text)}</span></p><p class="advice">${prose(verdict.advice)}</p>`;
  const facts = comparisonLines(comparison).map(({ key, text }) => `<div><dt>${escapeHtml(key)}</dt><dd>${prose(text)}</dd></div>`);
  const counts = differences.flatMap(({ name, n, fixed, broken, before }) =>
    before === undefined ? [] : [{ name, stayedRight: before - broken, fixed, broken, stayedWrong: n - before - fixed }],
  );
  const parts = [
    word,
    `<dl>${facts.join('')}</dl>`,
    `<p class="rule">${prose(`Rule: ${verdict.rule}.`)}</p>`,
    differences.length === 0 ? '' : forest('changes', 'Newer less older.', differences),
    slices.length === 0 ? '' : forest('slice-changes', 'By slice, newer less older.', slices),
    flipDiagram(counts, 'the older run', 'this one'),
    differences.length === 0 ? '' : htmlTable(DIFFERENCE_HEADER, differences.map(differenceRow), 'Exact McNemar tests, Holm over the axes'),
    flipTable(flips),
  ];
  return { id: 'changes', title: `Against ${reference.name.split(/[\\/]/).at(-1) ?? ''}`, html: parts.join('') };
}

function forest(id: string, title: string, differences: readonly Difference[]): string {
  const lines = differences.flatMap(({ name, n, difference, holm }) =>
    isGap(difference) ? [] : [{ name: `${name} (${n})`, estimate: difference, marked: holm < 0.05 }],
  );
  return forestPlot({
    id,
    title,
    description: 'Points right more often than before (rows in brackets), with 95 % intervals by paired cluster bootstrap.',
    legend: legend([
      ['marked', 'stands out: exact McNemar below .05 after Holm over the lines of the plot'],
      ['interval', 'does not'],
    ]),
    lines,
    reference: 0,
    asPoints: true,
    axis: 'points, newer less older',
  });
}

function flipTable(flips: readonly Flip[]): string {
  if (flips.length === 0) return '<p class="none">No case flipped.</p>';
  const shown = flips.length > SHOWN ? ` (${SHOWN} of ${flips.length})` : '';
  return htmlTable(
    ['id', '', 'quality, points', 'cost', 'what changed', 'text'],
    flips.slice(0, SHOWN).map(flipRow),
    `Cases that flipped, broken ones first, the dearest on top${shown}`,
    'texts',
  );
}

function flipRow(flip: Flip): string[] {
  const { id, kind, quality, usd, text } = flip;
  const price = usd === null ? '–' : signed(usd, usdText(Math.abs(usd)));
  return [id, kind, quality === null ? '–' : pointsText(quality), price, stepText(flip), text.slice(0, 160)];
}
