import type { Comparison, Difference, Flip } from '../compare.ts';
import type { Estimated } from '../compete.ts';
import type { GateCheck } from '../gate.ts';
import { type Gap, isGap } from '../metrics/gap.ts';
import { differenceText, markdownTable, markdownText, pointsText, table, usdText } from './format.ts';

const SHOWN = 10;

/** The comparison as the terminal shows it, under the first screen. */
export function comparisonScreen(comparison: Comparison): string {
  const { verdict, reference, n, changed, differences, flips } = comparison;
  const moved = movedSlices(comparison);
  const lines = [
    `COMPARE  ${verdict.word}   ${verdict.text} · n=${n} · against ${reference.name} (${reference.hash})`,
    `         ${verdict.advice}`,
    `CHANGED  ${changed.length === 0 ? 'nothing that is recorded: this is an A/A comparison' : changed.join(', ')}`,
    `SERVED   quality ${differenceText(comparison.quality)} pts · cost/1k ${usdDifference(comparison.usdPer1k)}`,
    `FLIPS    ${count(flips, 'fixed')} fixed, ${count(flips, 'broken')} broken${moved.length === 0 ? '' : ` · slices that moved: ${moved.map(({ name, difference }) => `${name} ${differenceText(difference)}`).join('; ')}`}`,
  ];
  const rows = differences.map(differenceRow);
  const figures = rows.length === 0 ? [] : ['', table(HEADER, rows)];
  const cases = flips.slice(0, SHOWN).map((flip) => `  ${flip.kind.padEnd(6)} ${flip.id}  ${stepText(flip)}  ${flip.text.slice(0, 60)}`);
  return `${[...lines, ...figures, '', ...cases].join('\n')}\n`;
}

const HEADER = ['newer less older', 'pts', 'fixed / broken', 'p (exact)', 'mid-p', 'p (Holm)'];

function differenceRow({ name, difference, fixed, broken, p, holm }: Difference): string[] {
  return [name, differenceText(difference), `${fixed} / ${broken}`, p.exact.toPrecision(2), p.midp.toPrecision(2), holm.toPrecision(2)];
}

const count = (flips: readonly Flip[], kind: Flip['kind']): number => flips.filter((flip) => flip.kind === kind).length;

function movedSlices({ slices }: Comparison): Difference[] {
  return slices.filter(({ holm }) => holm < 0.05);
}

function usdDifference(difference: Estimated | Gap): string {
  if (isGap(difference)) return 'unknown';
  const signed = (usd: number) => `${usd < 0 ? '−' : '+'}${usdText(Math.abs(usd))}`;
  return `${signed(difference.mean)} [${difference.ci95.map(signed).join(', ')}]`;
}

function stepText({ before, after, gold }: Flip): string {
  const keys = Object.keys({ ...before, ...after }).filter((key) => before[key] !== after[key]);
  return keys
    .map((key) => `${key}: ${before[key] ?? '–'} → ${after[key] ?? '–'}${gold[key] === undefined ? '' : ` (gold ${gold[key]})`}`)
    .join('; ');
}

/** The comparison for `report.md` and pull requests. */
export function comparisonMarkdown(comparison: Comparison): string {
  const { verdict, reference, changed, differences, flips } = comparison;
  const named = (rows: string[][]) => rows.map(([name = '', ...figures]) => [markdownText(name), ...figures]);
  const cases = flips
    .slice(0, 2 * SHOWN)
    .map((flip) => [
      flip.kind,
      markdownText(flip.id, 40),
      markdownText(stepText(flip), 120),
      flip.quality === null ? '–' : pointsText(flip.quality),
      flip.usd === null ? '–' : usdText(flip.usd),
      markdownText(flip.text, 100),
    ]);
  return [
    `## ${verdict.word} against ${markdownText(reference.name)}`,
    `${verdict.text}. ${verdict.advice}. Rule: ${verdict.rule}.`,
    `Changed: ${changed.length === 0 ? 'nothing that is recorded' : changed.map((key) => markdownText(key)).join(', ')}. Quality ${differenceText(comparison.quality)} pts, cost per 1,000 ${usdDifference(comparison.usdPer1k)}.`,
    ...(differences.length === 0 ? [] : [markdownTable(HEADER, named(differences.map(differenceRow)))]),
    ...(comparison.slices.length === 0 ? [] : [markdownTable(['slice', ...HEADER.slice(1)], named(comparison.slices.map(differenceRow)))]),
    ...(cases.length === 0 ? [] : [markdownTable(['', 'id', 'what changed', 'quality, pts', 'cost', 'text'], cases)]),
  ].join('\n\n');
}

/** The gate's checks, failed ones first. */
export function gateScreen(checks: readonly GateCheck[]): string {
  const failed = checks.filter(({ pass }) => !pass).length;
  const lines = [...checks]
    .sort((a, b) => Number(a.pass) - Number(b.pass))
    .map(({ name, pass, found, wanted }) => `  ${pass ? 'pass' : 'FAIL'}  ${name}: ${found} (${wanted})`);
  return `GATE     ${failed === 0 ? 'pass' : `FAIL: ${failed} of ${checks.length}`}\n${lines.join('\n')}\n`;
}

export function gateMarkdown(checks: readonly GateCheck[]): string {
  const rows = checks.map(({ name, pass, found, wanted }) => [
    markdownText(name),
    pass ? 'pass' : '**FAIL**',
    markdownText(found, 160),
    markdownText(wanted),
  ]);
  return ['## Gate', markdownTable(['check', 'result', 'found', 'wanted'], rows)].join('\n\n');
}
