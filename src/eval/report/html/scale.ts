/** Maps a value to a place on the page. */
export type Scale = { at: (value: number) => number; ticks: number[]; log: boolean };

/** A cost axis is logarithmic beyond this ratio of its ends. */
const LOG_FROM = 20;

export function linearScale([low, high]: readonly [number, number], [from, to]: readonly [number, number], count = 5): Scale {
  const span = high - low || 1;
  return { at: (value) => from + ((value - low) / span) * (to - from), ticks: niceTicks(low, high, count), log: false };
}

/** Logarithmic when the ends are further apart than 20 times, linear otherwise. */
export function costScale(values: readonly number[], range: readonly [number, number]): Scale {
  const positive = values.filter((value) => value > 0);
  const [low, high] = [Math.min(...positive), Math.max(...positive)];
  if (positive.length === 0 || high / low <= LOG_FROM) return linearScale(padded([Math.min(0, ...values), Math.max(0, ...values)]), range);
  const [from, to] = [Math.log10(low) - 0.1, Math.log10(high) + 0.1];
  const at = (value: number) => range[0] + ((Math.log10(Math.max(value, low / 10)) - from) / (to - from)) * (range[1] - range[0]);
  return { at, ticks: decades(from, to), log: true };
}

/** A range with a twentieth of room on either side. */
export function padded([low, high]: readonly [number, number]): [number, number] {
  const room = (high - low) / 20 || 0.05;
  return [low - room, high + room];
}

/** Powers of ten in a range, or 1, 2, 5 of each where they are few. */
function decades(from: number, to: number): number[] {
  const powers = Array.from({ length: Math.floor(to) - Math.ceil(from) + 3 }, (_, index) => Math.ceil(from) - 1 + index);
  const steps = powers.length > 5 ? [1] : [1, 2, 5];
  return powers
    .flatMap((power) => steps.map((step) => step * 10 ** power))
    .filter((tick) => Math.log10(tick) >= from && Math.log10(tick) <= to);
}

/** Round numbers in a range, about `count` of them. @example niceTicks(0, 1, 5) // => [0, 0.2, 0.4, 0.6, 0.8, 1] */
export function niceTicks(low: number, high: number, count: number): number[] {
  const rough = (high - low) / count;
  if (!(rough > 0)) return [low];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999) ?? 10) * power;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: Math.max(1, last - first + 1) }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}
