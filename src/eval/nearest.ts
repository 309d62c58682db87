import { canonicalJson } from '../core/canonical.ts';

/** A question, or a recording of one, as far as it can be shown. */
export type Shown = { who: Readonly<Record<string, unknown>>; what: unknown; repeat?: number };

/** Characters of each text that are kept with a recording: enough to know it by. */
const KEPT = 2_000;
/** Characters of a text shown on each side of where two begin to differ. */
const AROUND = 40;

/** The same value with every text cut and passed through `redact`. */
export function shortened(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === 'string') return redact(value).slice(0, KEPT);
  if (Array.isArray(value)) return value.map((item) => shortened(item, redact));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shortened(item, redact)]));
}

/**
 * What tells a question from the recording nearest to it, for whoever wonders why it was not found: another version for the same
 * question, else another question to the same one.
 */
export function nearestText(asked: Shown, recorded: readonly Shown[]): string {
  if (recorded.length === 0) return '  nothing is recorded there';
  const what = canonicalJson(asked.what);
  const words = wordsOf(what);
  const scored = recorded.map((entry) => ({ entry, score: likeness(asked, what, words, entry) }));
  const { entry } = scored.reduce((best, each) => (each.score > best.score ? each : best));
  const lines = [...fieldLines(entry.who, asked.who), ...repeatLine(entry, asked), ...textLine(canonicalJson(entry.what), what)];
  return [`  the nearest of ${recorded.length} recordings differs in:`, ...lines.map((line) => `    ${line}`)].join('\n');
}

/** The same question counts most, then who is asked, then words in common. */
function likeness(asked: Shown, what: string, words: ReadonlySet<string>, entry: Shown): number {
  const other = canonicalJson(entry.what);
  const same = Object.keys(asked.who).filter((key) => asked.who[key] === entry.who[key]).length;
  if (other === what) return 10 + same;
  const others = wordsOf(other);
  const common = [...words].filter((word) => others.has(word)).length;
  return same / (Object.keys(asked.who).length || 1) + common / Math.max(1, words.size + others.size - common);
}

const wordsOf = (text: string): ReadonlySet<string> => new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []);

function fieldLines(was: Shown['who'], is: Shown['who']): string[] {
  const keys = [...new Set([...Object.keys(was), ...Object.keys(is)])].filter((key) => was[key] !== is[key]);
  return keys.map((key) => `${key}: was ${JSON.stringify(was[key])}, is ${JSON.stringify(is[key])}`);
}

const repeatLine = ({ repeat: was = 0 }: Shown, { repeat: is = 0 }: Shown): string[] =>
  was === is ? [] : [`repeat: was ${was}, is ${is}`];

/** Where two texts begin to differ, with a little of both. */
function textLine(was: string, is: string): string[] {
  if (was === is) return [];
  let at = 0;
  while (at < was.length && was[at] === is[at]) at++;
  const from = Math.max(0, at - AROUND);
  const part = (text: string) => `${from > 0 ? '…' : ''}${text.slice(from, at + AROUND)}${text.length > at + AROUND ? '…' : ''}`;
  return [`question: was ${part(was)}`, `           is ${part(is)}`];
}
