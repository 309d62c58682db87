import type { Estimated } from '../compete.ts';
import { type Figure, type Gap, type Interval, isGap } from '../metrics/gap.ts';

/** What stands where a figure does not exist. */
const GAP_WORDS: Readonly<Record<Gap['undefined'], string>> = {
  'no-rows': 'no rows',
  'not-enough-data': 'not enough data',
  'one-class': 'one value only',
  'no-spread': 'no spread',
  'no-gold': 'no gold labels',
  'no-difference': 'no difference',
  'not-reached': 'not reached',
  'unknown-cost': 'cost unknown',
  'not-scored': 'not scored',
  'no-outcomes': 'needs outcomes',
  'no-axis': 'no axis `complexity` to model quality by',
  'no-column': 'no column `complexity` to model quality by',
};

export function gapText({ undefined: reason }: Gap): string {
  return GAP_WORDS[reason];
}

/** A share as `.842`. @example shareText(0.8421) // => '.842' */
export function shareText(figure: Figure | null | undefined): string {
  if (figure === null || figure === undefined) return '–';
  if (isGap(figure)) return gapText(figure);
  const text = Math.abs(figure).toFixed(3).replace(/^0/, '');
  return figure < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/** Points of a hundred with a sign. @example pointsText(0.0321) // => '+3.2' */
export function pointsText(figure: Figure): string {
  if (isGap(figure)) return gapText(figure);
  const points = figure * 100;
  const text = Math.abs(points).toFixed(1);
  return `${points < 0 && text !== '0.0' ? '−' : '+'}${text}`;
}

/** Points of a hundred at an axis: no sign on zero, no empty decimal. @example pointsTick(-0.05) // => '−5' */
export function pointsTick(value: number): string {
  const text = pointsText(value).replace(/\.0$/, '');
  return text === '+0' ? '0' : text;
}

/** Written figures with their sign, and none on what is written as zero. @example signed(-0.2, '0.2') // => '−0.2' */
export function signed(value: number, written: string): string {
  return /[1-9]/.test(written) ? `${value < 0 ? '−' : '+'}${written}` : written;
}

/** Dollars with three significant digits, and no false zero. @example usdText(1.2345) // => '$1.23' */
export function usdText(figure: Figure | null | undefined): string {
  if (figure === null || figure === undefined) return 'unknown';
  if (isGap(figure)) return gapText(figure);
  if (figure === 0) return '$0.00';
  if (Math.abs(figure) < 0.005) return `$${figure.toPrecision(2)}`;
  return Math.abs(figure) >= 100 ? `$${figure.toFixed(0)}` : `$${figure.toFixed(2)}`;
}

export function intervalText(interval: Interval | Gap): string {
  return isGap(interval) ? gapText(interval) : `[${shareText(interval.low)}, ${shareText(interval.high)}]`;
}

/** A share with its interval. */
export function estimateText(estimate: Estimated | Gap): string {
  if (isGap(estimate)) return gapText(estimate);
  return `${shareText(estimate.mean)} [${shareText(estimate.ci95[0])}, ${shareText(estimate.ci95[1])}]`;
}

/** A difference in points with its interval. */
export function differenceText(estimate: Estimated | Gap): string {
  if (isGap(estimate)) return gapText(estimate);
  return `${pointsText(estimate.mean)} [${pointsText(estimate.ci95[0])}, ${pointsText(estimate.ci95[1])}]`;
}

/** @example percentText(0.123) // => '12.3 %' */
export function percentText(figure: Figure): string {
  return isGap(figure) ? gapText(figure) : `${(figure * 100).toFixed(1)} %`;
}

/** Columns padded to their widest cell; the first is aligned left, the rest right. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...lines.map((line) => widthOf(line[column] ?? ''))));
  const pad = (cell: string, column: number) => {
    const space = ' '.repeat(Math.max(0, (widths[column] ?? 0) - widthOf(cell)));
    return column === 0 ? cell + space : space + cell;
  };
  return lines.map((line) => line.map(pad).join('  ').trimEnd()).join('\n');
}

const widthOf = (text: string): number => [...text].length;

/** Control characters out, line ends to spaces, cut: for text of unknown origin on a terminal or in a table. */
export function plainText(text: string, limit = 80): string {
  const clean = [...text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu, ' ').trim()];
  return clean.length <= limit ? clean.join('') : `${clean.slice(0, limit - 1).join('')}…`;
}

/** As `plainText`, with everything escaped that markdown or HTML would read as markup. */
export function markdownText(text: string, limit = 80): string {
  return plainText(text, limit)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[\\`*_[\]#|~]/g, (mark) => `\\${mark}`);
}

export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = header.map((_, column) => (column === 0 ? '---' : '--:'));
  return [line(header), line(rule), ...rows.map(line)].join('\n');
}
