import { boundedMap } from '../core/bounded.ts';

/** A budget window: its name (`2026-03-29` or `2026-03`) and its bounds in milliseconds since 1970, the end excluded. */
export type Window = { id: string; startMs: number; endMs: number };
export type WindowKind = 'day' | 'month';

/** No calendar day of any zone is longer than this, and no month. */
const LONGEST_MS: Record<WindowKind, number> = { day: 50 * 3_600_000, month: 33 * 86_400_000 };

const formats = boundedMap<Intl.DateTimeFormat>(1_000);
const windows = boundedMap<Window>(5_000);

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  // The calendar and digits are fixed: the default locale of a machine must not name the windows.
  const format = new Intl.DateTimeFormat('en-CA-u-ca-iso8601-nu-latn', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  formats.set(timeZone, format);
  return format;
}

/** The local date or month of an instant. @example windowId(0, 'day', 'UTC') // => '1970-01-01' */
export function windowId(ms: number, kind: WindowKind, timeZone: string): string {
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(ms)
      .map(({ type, value }) => [type, value]),
  );
  const month = `${(parts.get('year') ?? '').padStart(4, '0')}-${parts.get('month')}`;
  return kind === 'month' ? month : `${month}-${parts.get('day')}`;
}

/**
 * The window an instant falls in. Days of 23 or 25 hours, zones without a midnight and leap days need no rule of their own:
 * the bounds are where the local date changes, found by halving.
 */
export function windowAt(ms: number, kind: WindowKind, timeZone: string): Window {
  const id = windowId(ms, kind, timeZone);
  const key = `${timeZone} ${id}`;
  const known = windows.get(key);
  if (known !== undefined) return known;
  const endMs = firstWhere(ms, ms + LONGEST_MS[kind], (at) => windowId(at, kind, timeZone) !== id);
  const startMs = firstWhere(ms - LONGEST_MS[kind], ms, (at) => windowId(at, kind, timeZone) === id);
  const window = { id, startMs, endMs };
  windows.set(key, window);
  return window;
}

/** The window before, the one at, and the one after an instant. */
export function windowsAround(ms: number, kind: WindowKind, timeZone: string): [Window, Window, Window] {
  const now = windowAt(ms, kind, timeZone);
  return [windowAt(now.startMs - 1, kind, timeZone), now, windowAt(now.endMs, kind, timeZone)];
}

/** The first millisecond in (low, high] for which `holds`; it must hold at `high` and, once it holds, go on holding. */
function firstWhere(low: number, high: number, holds: (ms: number) => boolean): number {
  let no = Math.floor(low);
  let yes = Math.ceil(high);
  while (yes - no > 1) {
    const middle = Math.floor((no + yes) / 2);
    if (holds(middle)) yes = middle;
    else no = middle;
  }
  return yes;
}
