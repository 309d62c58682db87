import type { ClassifyingCost } from '../classifying.ts';
import type { ErrorGroup } from '../next-step.ts';
import type { DiffLine } from '../text-diff.ts';
import type { Tuning } from '../tuning.ts';
import { msText } from './classifying.ts';
import { plainText, usdText } from './format.ts';

/** Characters of a changed line that are shown, and of what is kept on either side of the change. */
const WIDTH = 240;
const AROUND = 40;
const MOST_LINES = 60;

/** What an edit of the prompt changed beside the labels, and what to edit next. */
export function tuningScreen(tuning: Tuning): string {
  const { diff } = tuning;
  const shown = diff === null ? [] : diffText(diff);
  const more = shown.length > MOST_LINES ? [`  … and ${shown.length - MOST_LINES} more lines`] : [];
  return `${[`PROMPT   ${promptLine(tuning)}`, ...shown.slice(0, MOST_LINES), ...more, `COST     ${costLine(tuning.cost)}`, ...driftLines(tuning.cost), `NEXT     ${nextText(tuning.next)}`].join('\n')}\n`;
}

/** The same for `report.md`; a fence longer than any run of backticks within. */
export function tuningMarkdown(tuning: Tuning): string {
  const lines = tuning.diff === null ? [] : tuning.diff.map(({ kind, text }) => `${kind}${text}`);
  const longest = Math.max(2, ...lines.flatMap((line) => (line.match(/`+/g) ?? []).map((run) => run.length)));
  const fence = '`'.repeat(longest + 1);
  return [
    '## The prompt',
    promptLine(tuning),
    ...(lines.length === 0 ? [] : [`${fence}diff\n${lines.join('\n')}\n${fence}`]),
    `Cost: ${costLine(tuning.cost)}.`,
    ...driftLines(tuning.cost),
    `Next: ${plainText(nextText(tuning.next), 400)}`,
  ].join('\n\n');
}

/** The same line by line, for HTML. */
export function tuningLines(tuning: Tuning): { prompt: string; cost: string; warnings: string[]; next: string } {
  const warnings = driftLines(tuning.cost).map((line) => line.replace(/^DRIFT\s+/, ''));
  return { prompt: promptLine(tuning), cost: costLine(tuning.cost), warnings, next: nextText(tuning.next) };
}

function promptLine({ before, after, diff }: Tuning): string {
  if (before.hash === after.hash) return `${after.hash}, unchanged: edit it and run again`;
  if (diff === null) return `${before.hash} → ${after.hash} · the older text is not kept here`;
  const count = (kind: DiffLine['kind']) => diff.filter((line) => line.kind === kind).length;
  return `${before.hash} → ${after.hash} · ${count('+')} lines in, ${count('-')} out · ${figure(before.characters)} → ${figure(after.characters)} characters`;
}

const figure = (value: number | null): string => value?.toLocaleString('en') ?? '–';

/** A changed pair of lines is shown around what differs; long lines are the rule in prompts. */
function diffText(diff: readonly DiffLine[]): string[] {
  return diff.map((line, at) => {
    const other = line.kind === '-' ? diff[at + 1] : diff[at - 1];
    const paired = other !== undefined && line.kind !== ' ' && other.kind === (line.kind === '-' ? '+' : '-');
    const text = paired ? aroundChange(line.text, other.text) : line.text;
    return `  ${line.kind} ${plainText(text, WIDTH)}`;
  });
}

function aroundChange(text: string, other: string): string {
  let start = 0;
  while (start < text.length && text[start] === other[start]) start++;
  let end = 0;
  while (end < Math.min(text.length, other.length) - start && text.at(-1 - end) === other.at(-1 - end)) end++;
  const from = start <= AROUND ? 0 : start - AROUND;
  const to = end <= AROUND ? text.length : text.length - end + AROUND;
  return `${from > 0 ? '…' : ''}${text.slice(from, to)}${to < text.length ? '…' : ''}`;
}

function costLine({ before, after }: Tuning['cost']): string {
  if (after === null) return 'unknown';
  const step = (of: (cost: ClassifyingCost) => string | null) => {
    const [was, is] = [before === null ? null : of(before), of(after)];
    return was === null || was === is ? (is ?? 'unknown') : `${was} → ${is ?? 'unknown'}`;
  };
  const tokens = ({ tokens: each }: ClassifyingCost) =>
    each === null ? null : `${Math.round(each.input).toLocaleString('en')} in + ${Math.round(each.output)} out`;
  const time = ({ latency }: ClassifyingCost) => (latency === null ? null : `${msText(latency.p50)} (${latency.kind})`);
  return `per 1,000 labels ${step(({ usdPer1k }) => usdText(usdPer1k))}${growth(before, after)} · tokens a call ${step(tokens)} · p50 ${step(time)}`;
}

function growth(before: ClassifyingCost | null, after: ClassifyingCost): string {
  if (!before?.usdPer1k || after.usdPer1k === null) return '';
  const percent = (after.usdPer1k / before.usdPer1k - 1) * 100;
  return Math.abs(percent) < 0.05 ? '' : ` (${percent < 0 ? '−' : '+'}${Math.abs(percent).toFixed(1)} %)`;
}

/** Another version of the model behind the same name may have moved the labels, not the prompt. */
function driftLines({ before, after }: Tuning['cost']): string[] {
  const [was, is] = [before?.answeredBy.join(', ') ?? '', after?.answeredBy.join(', ') ?? ''];
  return was === '' || is === '' || was === is
    ? []
    : [`DRIFT    answered by ${is}, before by ${was}: the model changed too, so this says little of the prompt`];
}

function nextText(group: ErrorGroup | null): string {
  if (group === null) return 'no error is left on these rows: bring harder ones, or look once at `--split test`';
  const { axis, gold, said, rows, errors, slice, ids } = group;
  const what = said === null ? 'gave no answer that could be read' : `label ${axis} \`${said}\` where \`${gold}\` is right`;
  const where = slice === null ? '' : `, ${slice.rows} of them in ${slice.name}`;
  return `${rows} of ${errors} rows with an error ${what}${where}: look at ${ids.map((id) => plainText(id, 40)).join(', ')} in report.html, edit the prompt, run the same command again`;
}
