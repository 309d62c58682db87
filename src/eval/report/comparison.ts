import type { Comparison, Difference, Flip } from '../compare.ts';
import type { Estimated } from '../compete.ts';
import type { GateCheck } from '../gate.ts';
import { type Gap, isGap } from '../metrics/gap.ts';
import type { AnsweredRows } from '../validity.ts';
import { differenceText, markdownTable, markdownText, plainText, pointsText, signed, table, usdText } from './format.ts';

const SHOWN = 10;

/** The comparison as the terminal shows it, under the first screen. */
export function comparisonScreen(comparison: Comparison): string {
  const { verdict, differences, flips } = comparison;
  const lines = [
    `COMPARE  ${verdict.word}   ${verdict.text}`,
    `         ${verdict.advice}`,
    `         rule: ${verdict.rule}`,
    ...comparisonLines(comparison).map(({ key, text }) => `${key.padEnd(8)} ${text}`),
  ];
  const rows = differences.map(differenceRow);
  const figures = rows.length === 0 ? [] : ['', table(DIFFERENCE_HEADER, rows)];
  return `${[...lines, ...figures, ...flipLines(flips)].join('\n')}\n`;
}

function flipLines(flips: readonly Flip[]): string[] {
  if (flips.length === 0) return [];
  const rows = flips
    .slice(0, SHOWN)
    .map((flip) => [`${flip.kind} ${plainText(flip.id, 30)}`, flipPrice(flip), `${stepText(flip)}  ${plainText(flip.text, 60)}`]);
  const more = flips.length > SHOWN ? `, ${SHOWN} of ${flips.length}: all in report.html and comparison.json` : '';
  const width = Math.max(...rows.map(([name = '']) => name.length));
  const priced = Math.max(...rows.map(([, price = '']) => price.length));
  return [
    '',
    `flipped, broken first, the dearest on top${more}`,
    ...rows.map(([name = '', price = '', what = '']) => `  ${name.padEnd(width)}  ${price.padEnd(priced)}  ${what}`),
  ];
}

/** What a flip is worth: quality in points and dollars, newer less older. */
function flipPrice({ quality, usd }: Flip): string {
  const money = usd === null ? 'cost unknown' : `${usd < 0 ? '−' : '+'}${usdText(Math.abs(usd))}`;
  return `${quality === null ? 'quality unknown' : `${pointsText(quality)} pts`} ${money}`;
}

/** The facts of a comparison, the same in terminal, HTML and markdown. */
export function comparisonLines(comparison: Comparison): { key: string; text: string }[] {
  const { reference, n, clusters, changed, flips, quality, usdPer1k } = comparison;
  const slices = movedSlices(comparison);
  const most = slices.slice(0, MOST_SLICES).map(({ name, difference }) => `${name} ${differenceText(difference)}`);
  const moved = slices.length > MOST_SLICES ? [...most, `${slices.length - MOST_SLICES} more`] : most;
  const dropped = (comparison.dropped ?? 0) === 0 ? '' : ` · ${comparison.dropped} rows that only one of them has are left out`;
  const answered = answeredText(comparison);
  return [
    {
      key: 'AGAINST',
      text: `${reference.name} (${reference.hash}, ${reference.startedAt}) · n=${n}${clusters < n ? ` in ${clusters} clusters` : ''}${answered}${dropped}`,
    },
    { key: 'CHANGED', text: changed.length === 0 ? 'nothing that is recorded: this is an A/A comparison' : changed.join(', ') },
    { key: 'SERVED', text: `quality ${differenceText(quality)}${isGap(quality) ? '' : ' pts'} · cost/1k ${usdDifference(usdPer1k)}` },
    {
      key: 'FLIPS',
      text: `${count(flips, 'fixed')} fixed, ${count(flips, 'broken')} broken${moved.length === 0 ? '' : ` · slices that moved (Holm): ${moved.join('; ')}`}`,
    },
  ];
}

/** Both runs' answers, where either lacks some: only rows answered in both are compared. */
function answeredText({ rows, n }: Comparison): string {
  if (rows === undefined || (rows.before.answered === rows.before.all && rows.after.answered === rows.after.all)) return '';
  const share = ({ answered, all }: AnsweredRows) => `${answered} of ${all}`;
  return ` · answered ${share(rows.before)} in the older, ${share(rows.after)} in the newer: compared on the ${n} answered in both`;
}

/** Columns of `differenceRow`. */
export const DIFFERENCE_HEADER = ['newer less older', 'pts', 'fixed / broken', 'p (exact)', 'mid-p', 'p (Holm)'];

export function differenceRow({ name, difference, fixed, broken, p, holm }: Difference): string[] {
  return [name, differenceText(difference), `${fixed} / ${broken}`, p.exact.toPrecision(2), p.midp.toPrecision(2), holm.toPrecision(2)];
}

const count = (flips: readonly Flip[], kind: Flip['kind']): number => flips.filter((flip) => flip.kind === kind).length;

const MOST_SLICES = 4;

/** Slices that stand out, the ones that moved furthest first; not those that are all rows. */
function movedSlices({ slices, n }: Comparison): Difference[] {
  const size = ({ difference }: Difference) => (isGap(difference) ? 0 : Math.abs(difference.mean));
  return slices.filter(({ holm, n: rows }) => holm < 0.05 && rows < n).sort((a, b) => size(b) - size(a));
}

function usdDifference(difference: Estimated | Gap): string {
  if (isGap(difference)) return 'unknown';
  const signed = (usd: number) => `${usd < 0 ? '−' : '+'}${usdText(Math.abs(usd))}`;
  return `${signed(difference.mean)} [${difference.ci95.map(signed).join(', ')}]`;
}

/** What changed in a case: label and model, older → newer. */
export function stepText({ before, after, gold }: Flip): string {
  const keys = Object.keys({ ...before, ...after }).filter((key) => before[key] !== after[key]);
  return keys
    .map((key) => `${key}: ${before[key] ?? '–'} → ${after[key] ?? '–'}${gold[key] === undefined ? '' : ` (gold ${gold[key]})`}`)
    .join('; ');
}

/** The comparison for `report.md`: short enough for a pull request, the rest is in report.html. */
export function comparisonMarkdown(comparison: Comparison): string {
  const { verdict, reference, differences, flips } = comparison;
  const named = (rows: string[][]) => rows.map(([name = '', ...figures]) => [markdownText(name), ...figures]);
  const moved = movedSlices(comparison).map(differenceRow);
  const shown =
    flips.length > SHOWN
      ? `${SHOWN} of ${flips.length} cases that flipped, broken ones first, the dearest on top; all are in report.html.`
      : '';
  return [
    `## ${verdict.word} against ${markdownText(reference.name)}`,
    `**${markdownText(verdict.text, 300)}**: ${markdownText(verdict.advice, 300)}. Rule: ${verdict.rule}.`,
    comparisonLines(comparison)
      .map(({ key, text }) => `- ${key}: ${markdownText(text, 600)}`)
      .join('\n'),
    ...(differences.length === 0 ? [] : [markdownTable(DIFFERENCE_HEADER, named(differences.map(differenceRow)))]),
    ...(moved.length === 0 ? [] : [markdownTable(['slices that moved (Holm)', ...DIFFERENCE_HEADER.slice(1)], named(moved))]),
    ...(flips.length === 0
      ? []
      : [markdownTable(['', 'id', 'quality, pts', 'cost', 'what changed', 'text'], flips.slice(0, SHOWN).map(flipCells))]),
    ...(shown === '' ? [] : [shown]),
  ].join('\n\n');
}

function flipCells(flip: Flip): string[] {
  const { kind, id, quality, usd, text } = flip;
  return [
    kind,
    markdownText(id, 40),
    quality === null ? '–' : pointsText(quality),
    usd === null ? '–' : signed(usd, usdText(Math.abs(usd))),
    markdownText(stepText(flip), 160),
    markdownText(text, 80),
  ];
}

/** The gate's checks, failed ones first. */
export function gateScreen(checks: readonly GateCheck[]): string {
  const failed = checks.filter(({ pass }) => !pass).length;
  const lines = [...checks]
    .sort((a, b) => Number(a.pass) - Number(b.pass))
    .map(({ name, pass, skipped, found, wanted }) => `  ${resultOf(skipped, pass)}  ${name}: ${found} (${wanted})`);
  return `GATE     ${failed === 0 ? 'pass' : `FAIL: ${failed} of ${checks.length}`}\n${lines.join('\n')}\n`;
}

function resultOf(skipped: boolean | undefined, pass: boolean): string {
  return skipped === true ? 'skip' : pass ? 'pass' : 'FAIL';
}

export function gateMarkdown(checks: readonly GateCheck[]): string {
  const rows = checks.map(({ name, pass, skipped, found, wanted }) => [
    markdownText(name),
    pass ? resultOf(skipped, pass) : '**FAIL**',
    markdownText(found, 160),
    markdownText(wanted),
  ]);
  return ['## Gate', markdownTable(['check', 'result', 'found', 'wanted'], rows)].join('\n\n');
}
