import { canonicalJson } from '../core/canonical.ts';
import { RouterError } from '../core/errors.ts';
import { cachedAnswers } from './answer-cache.ts';
import { answerStore, type CacheOptions, requireKept } from './answer-store.ts';
import { shortHash } from './load.ts';
import type { EvalClassifier, EvalParts } from './parts.ts';
import type { AskedRow } from './predict.ts';
import { estimateText, isPaidFor, paidEstimate, plusEstimate } from './spend.ts';

type RememberParts = Pick<EvalParts, 'classifiers' | 'clock' | 'files' | 'taxonomy' | 'context'>;

/**
 * The classifiers, the paid ones with a memory.
 *
 * @param repeat which of several answers to each row
 */
export function rememberingAll(
  cache: CacheOptions | undefined,
  parts: RememberParts,
  onRefused: (about: string) => void = () => {},
  repeat = 0,
): EvalClassifier[] {
  if (cache === undefined) return [...parts.classifiers];
  const store = answerStore({ ...cache, onRefused }, parts.files);
  const remember = { clock: parts.clock, basis: basisOf(parts), repeat };
  return parts.classifiers.map((classifier) => (classifier.paid === undefined ? classifier : cachedAnswers(classifier, store, remember)));
}

export type MoneyOptions = { cache?: CacheOptions; maxUsd?: number; retries?: number; repeat?: number; dryRun?: boolean };

/**
 * What is to be paid for before a run; null when it may begin: the classifiers are built by then.
 *
 * @throws RouterError with what is wrong with a classifier's configuration, `output.unwritable` where answers could not be kept
 */
export function askForMoney(
  rows: readonly AskedRow[],
  { cache, maxUsd, retries = 4, repeat = 1, dryRun = false }: MoneyOptions,
  parts: RememberParts,
): { kind: 'estimate'; exitCode: 0 | 2; screen: string } | null {
  const paid = { ...parts, classifiers: parts.classifiers.filter((classifier) => classifier.paid !== undefined) };
  if (repeat > 1 && paid.classifiers.length === 0) throw idleRepeat();
  const rounds = Array.from({ length: repeat }, (_, at) =>
    rememberingAll(cache, paid, undefined, at).map((classifier) => paidEstimate(classifier, rows, retries)),
  );
  const estimates = rounds.reduce((sum, round) => sum.map((each, at) => plusEstimate(each, round[at])));
  const ready = !dryRun && isPaidFor(estimates, maxUsd);
  if (ready) for (const { prepare } of parts.classifiers) prepare?.();
  if (ready && cache !== undefined && paid.classifiers.length > 0) requireKept(cache, parts.files);
  if (ready) return null;
  return { kind: 'estimate', exitCode: dryRun ? 0 : 2, screen: estimateText(estimates, rows.length, maxUsd) };
}

/** True where a run may spend: someone else making the same one would pay as well. */
export const maySpend = ({ classifiers }: Pick<EvalParts, 'classifiers'>): boolean => classifiers.some(({ paid }) => paid !== undefined);

const idleRepeat = () =>
  new RouterError('options.invalid', '`--repeat` does nothing here: classifiers that ask no model always answer the same', {
    where: '--repeat',
    advice: 'leave it out, or name a classifier that asks: llm, cascade',
  });

/** What every answer rests on beside its classifier: another taxonomy or another release may read the same words otherwise. */
function basisOf({ taxonomy, context }: Pick<EvalParts, 'taxonomy' | 'context'>): Record<string, unknown> {
  return { taxonomy: shortHash(canonicalJson(taxonomy)), release: context.versions.pointsman };
}
