import { foundText, type Made, passed, readable } from './grade.ts';

/** A number as written, and whether it stood for a share of a hundred. */
export type Written = { value: number; percent: boolean };

/** Comma, apostrophes, underscore and the unbreakable spaces part thousands; the point parts decimals. */
const DIGITS = "(?:\\d{1,3}(?:[,'’_\\u00a0\\u2009\\u202f]\\d{3})+(?!\\d)|\\d+)";
const PLAIN = `${DIGITS}(?:\\.\\d+)?|\\.\\d+`;
const POWER = '(?:[eE]([-+−]?\\d{1,3})|\\s?(?:×|x|\\*|\\\\times)\\s?10\\s?\\^\\s?\\{?([-+−]?\\d{1,3})\\}?)';
/** A digit glued to a letter, as in `H2O`, is a name; a dash after a digit or a letter parts a range. */
const NUMBER = new RegExp(
  `(?<![\\p{L}\\p{N}_]|\\d\\.)((?<![\\p{L}\\p{N})\\]}])[-+−])?(${PLAIN})(?:${POWER}|\\s?/\\s?(${DIGITS})(?![\\d/]))?(\\s?\\\\?%)?`,
  'gu',
);
const FRACTION = /\\[dt]?frac\s?\{([^{}]{1,40})\}\s?\{([^{}]{1,40})\}/g;

const plainDigits = (text: string): number => Number(text.replace(/[,'’_\s]/g, '').replace('−', '-'));

/**
 * The last number of a text: signs, thousands separators, decimals, powers of ten, `3/4` and `\frac{3}{4}`, percent.
 *
 * @returns null when there is none
 * @example lastNumber('so 1,250.5 of 2,000, or 62.5 %') // => { value: 62.5, percent: true }
 */
export function lastNumber(text: string): Written | null {
  const typeset = text.replace(FRACTION, ' $1/$2 ').replace(/\{,\}|\\[,!]/g, ',');
  let last: Written | null = null;
  for (const [, sign, digits = '', exponent, power, divisor, percent] of typeset.matchAll(NUMBER)) {
    const size = Number(`${plainDigits(digits)}e${plainDigits(exponent ?? power ?? '0')}`);
    const value = divisor === undefined ? size : size / plainDigits(divisor);
    if (Number.isFinite(value)) last = { value: sign === '-' || sign === '−' ? -value : value, percent: percent !== undefined };
  }
  return last;
}

const ROUNDING = 1e-12;

/**
 * The last number of the answer is the expected one. Where one side alone says percent, both readings of it count.
 *
 * @param argument null for equality, a distance such as `0.01`, or a share of the expected number such as `1%`
 */
export function numberGrader(argument: string | null, expected: unknown): Made {
  const tolerance = argument === null ? { size: 0, share: false } : toleranceOf(argument);
  if (tolerance === null)
    return { fault: `expected a tolerance such as \`number:0.01\` or \`number:1%\`, found \`number:${argument ?? ''}\`` };
  const target = typeof expected === 'number' ? { value: expected, percent: false } : typeof expected === 'string' ? only(expected) : null;
  if (target === null || !Number.isFinite(target.value))
    return { fault: `expected an \`answer\` of one number, found ${foundText(expected)}` };
  const near = (value: number, wanted: number) => {
    const allowed = tolerance.share ? tolerance.size * Math.abs(wanted) : tolerance.size;
    return Math.abs(value - wanted) <= allowed + ROUNDING * Math.max(1e-6, Math.abs(wanted));
  };
  return {
    grader: (answer) => {
      const found = lastNumber(readable(answer));
      if (found === null) return passed(false);
      const same = near(found.value, target.value);
      if (found.percent === target.percent) return passed(same);
      return passed(same || (found.percent ? near(found.value / 100, target.value) : near(found.value, target.value / 100)));
    },
  };
}

function toleranceOf(text: string): { size: number; share: boolean } | null {
  const share = text.endsWith('%');
  const digits = share ? text.slice(0, -1) : text;
  const size = digits.trim() === '' ? Number.NaN : Number(digits);
  return Number.isFinite(size) && size >= 0 ? { size: share ? size / 100 : size, share } : null;
}

/** The number of a text that is nothing else, but for a currency sign or a unit. */
function only(text: string): Written | null {
  const all = [...text.replace(FRACTION, ' $1/$2 ').matchAll(NUMBER)];
  return all.length === 1 ? lastNumber(text) : null;
}
