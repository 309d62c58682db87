import { RouterError } from '../../core/errors.ts';
import { viewOf } from '../../core/view.ts';
import type { DatasetRow } from '../../eval/dataset.ts';
import { textFingerprint } from '../../eval/fingerprint.ts';
import { refuseLeaks, type SeenTexts } from '../../eval/leakage.ts';
import { type Figure, isGap } from '../../eval/metrics/gap.ts';
import { LEAST_VISIBLE_ROWS, visibleEffect } from '../../eval/metrics/visible.ts';
import { usdText } from '../../eval/report/format.ts';
import { type PromptFacts, TUNE_DEFAULTS, type TuneData, type TuneOptions, type TuneParts } from './parts.ts';
import { ROWS_SHOWN, SHOWN } from './question.ts';
import { MINIBATCH } from './race.ts';
import { FEEDBACK_ROWS, ORDER_ROWS, ORDERS } from './search-parts.ts';
import type { Shot } from './sections.ts';

/** Fewer rows in all, and noise is tuned. */
export const LEAST_ROWS = 150;
/** Rounds a run may take for each one of patience. */
const ROUNDS_PER_PATIENCE = 4;

/** What a run would cost at worst, and what it could see. */
export type Preflight = {
  rows: { train: number; feedback: number; dev: number; test: number };
  /** Smallest gain in share of rows that dev shows with 80 % power; a gap where dev is too small to show any. */
  visible: Figure;
  /** Rounds at most. */
  rounds: number;
  /** Dollars at worst: before the first round, of one round, of the end, and all together; null when a price is unknown. */
  worst: { start: number; round: number; end: number; all: number } | null;
};

export function preflight(
  data: TuneData,
  facts: PromptFacts,
  worstLabelUsd: number | null,
  options: TuneOptions,
  parts: TuneParts,
): Preflight {
  const { train, dev, test } = data.splits;
  const rounds = (options.patience ?? TUNE_DEFAULTS.patience) * ROUNDS_PER_PATIENCE;
  const feedback = Math.min(FEEDBACK_ROWS, train.length);
  const question = { prompt: 'x'.repeat(facts.bytes * 2), rows: 'x'.repeat(largestShown(train)), lessons: 'x'.repeat(20 * 200) };
  const reflection = parts.reflector.worstUsd(question);
  const rows = { train: train.length, feedback, dev: dev.length, test: test.length };
  const visible = visibleEffect(dev.length);
  if (worstLabelUsd === null || reflection === null) return { rows, visible, rounds, worst: null };
  const start = worstLabelUsd * (feedback + 2 * dev.length + MINIBATCH);
  const round = worstLabelUsd * (feedback + MINIBATCH + dev.length) + reflection;
  const end = worstLabelUsd * (3 * test.length + ORDERS * Math.min(ORDER_ROWS, dev.length));
  return { rows, visible, rounds, worst: { start, round, end, all: start + rounds * round + end } };
}

/** Bytes of a question's rows if all of them were the largest of train. */
function largestShown(train: readonly DatasetRow[]): number {
  const largest = train.reduce((most, { request }) => Math.max(most, Buffer.byteLength(viewOf(request).text.slice(0, SHOWN))), 0);
  return ROWS_SHOWN * (largest + LABELS_BYTES);
}

/** Right and said values of a row, as JSON. */
const LABELS_BYTES = 200;

/**
 * What must hold before a cent is spent.
 *
 * @throws RouterError `dataset.leak`, `dataset.invalid` for too few rows, `options.invalid` when not even one round fits under the cap
 */
export function refuseUnfit(data: TuneData, facts: PromptFacts, plan: Preflight, options: TuneOptions, seen: readonly SeenTexts[]): void {
  refuseOverlap(data, [shotTexts(facts.fewShots), ...seen]);
  const { train, dev, test } = data.splits;
  const all = train.length + dev.length + test.length;
  const effect = `dev has ${dev.length} rows, which show ${visibleText(plan.visible)}`;
  if (dev.length < 2 || test.length < 2 || train.length < 2)
    throw tooFew(
      `${data.name} has ${train.length} train, ${dev.length} dev and ${test.length} test rows`,
      'give every split at least two rows',
    );
  if (all < LEAST_ROWS && options.force !== true)
    throw tooFew(
      `${data.name} has ${all} rows, fewer than ${LEAST_ROWS}: ${effect}`,
      `label more rows, or pass \`--force\` and trust ${isGap(plan.visible) ? 'no gain on dev' : 'nothing smaller'}`,
    );
  if (options.dryRun === true || plan.worst === null) return;
  const least = plan.worst.start + plan.worst.round + plan.worst.end;
  if (least > options.maxUsd)
    throw new RouterError(
      'options.invalid',
      `one round and its check may cost ${usdText(least)} at worst, more than the cap of ${usdText(options.maxUsd)}`,
      {
        where: '--max-usd',
        advice: `give \`--max-usd ${(Math.ceil(least * 100) / 100).toFixed(2)}\` or more; ${plan.rounds} rounds cost at most ${usdText(plan.worst.all)}`,
      },
    );
}

/** A text in two splits, or shown as an example, would be scored from memory. */
function refuseOverlap({ splits }: TuneData, seen: readonly SeenTexts[]): void {
  const textsOf = (name: string, rows: readonly DatasetRow[]): SeenTexts => ({
    name,
    fingerprints: new Set(rows.map(({ fingerprint }) => fingerprint)),
  });
  refuseLeaks('dev', splits.dev, [textsOf('train', splits.train), textsOf('test', splits.test), ...seen]);
  refuseLeaks('test', splits.test, [textsOf('train', splits.train), ...seen]);
  refuseSharedFamilies('dev', splits.dev, 'train', splits.train);
  refuseSharedFamilies('test', splits.test, 'train or dev', [...splits.train, ...splits.dev]);
}

/** Paraphrases of one text in two splits are the same text told twice. */
function refuseSharedFamilies(name: string, rows: readonly DatasetRow[], other: string, others: readonly DatasetRow[]): void {
  const families = new Set(others.map(({ cluster }) => cluster).filter((cluster) => !cluster.startsWith('row:')));
  const shared = rows.filter(({ cluster }) => families.has(cluster));
  const [first] = shared;
  if (first === undefined) return;
  throw new RouterError(
    'dataset.leak',
    `${shared.length} row(s) of ${name} are of a family that also stands in ${other}, such as \`${first.id}\` of \`${first.cluster}\``,
    {
      where: `${name}:${first.line}`,
      advice: 'keep every `cluster` in one split: `pointsman data split` does, and so does one file given as `--data`',
    },
  );
}

/** What dev can show, for a sentence. */
export const visibleText = (visible: Figure): string =>
  isGap(visible)
    ? `no gain at all (even 10 points need ${LEAST_VISIBLE_ROWS} rows)`
    : `gains of ${(visible * 100).toFixed(1)} points or more`;

/** Few-shots as texts a prompt has learned from. */
export const shotTexts = (shots: readonly Shot[]): SeenTexts => ({
  name: 'the few-shots of the prompt',
  fingerprints: new Set(shots.map(({ text }) => textFingerprint(text))),
});

const tooFew = (message: string, advice: string) => new RouterError('dataset.invalid', message, { where: '--data', advice });

/** The plan as lines for a person. */
export function preflightText(data: TuneData, plan: Preflight, options: TuneOptions, models: { task: string; reflect: string }): string {
  const { rows, worst } = plan;
  const money = (usd: number) => `$${usd.toFixed(2)}`;
  const cost =
    worst === null
      ? 'unknown: a model has no price here'
      : `${money(worst.all)} for ${plan.rounds} rounds (start ${money(worst.start)}, a round ${money(worst.round)}, end ${money(worst.end)})${options.maxUsd === 0 ? '' : `; cap ${money(options.maxUsd)}`}`;
  return [
    `DATA      ${data.name}: ${rows.train} train (${rows.feedback} for feedback), ${rows.dev} dev, ${rows.test} test (sealed); leaks 0`,
    `VISIBLE   ${visibleText(plan.visible)} on dev (80 % power, if one row in ten differs)`,
    `MODELS    labels ${models.task}; reflection ${models.reflect}`,
    `WORST     ${cost}`,
    '',
  ].join('\n');
}
