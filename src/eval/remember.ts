import { canonicalJson } from '../core/canonical.ts';
import { cachedAnswers } from './answer-cache.ts';
import { answerStore, type CacheOptions } from './answer-store.ts';
import { shortHash } from './load.ts';
import type { EvalClassifier, EvalParts } from './parts.ts';
import type { AskedRow } from './predict.ts';
import { estimateText, isPaidFor, paidEstimate } from './spend.ts';

type RememberParts = Pick<EvalParts, 'classifiers' | 'clock' | 'files' | 'taxonomy' | 'context'>;

/** The classifiers, the paid ones with a memory. */
export function rememberingAll(
  cache: CacheOptions | undefined,
  parts: RememberParts,
  onRefused: (about: string) => void = () => {},
): EvalClassifier[] {
  if (cache === undefined) return [...parts.classifiers];
  const store = answerStore({ ...cache, onRefused }, parts.files);
  const remember = { clock: parts.clock, basis: basisOf(parts) };
  return parts.classifiers.map((classifier) => (classifier.paid === undefined ? classifier : cachedAnswers(classifier, store, remember)));
}

/** What is to be paid for before a run; null when it may begin. */
export function askForMoney(
  rows: readonly AskedRow[],
  { cache, maxUsd, retries = 4, dryRun = false }: { cache?: CacheOptions; maxUsd?: number; retries?: number; dryRun?: boolean },
  parts: RememberParts,
): { kind: 'estimate'; exitCode: 0 | 2; screen: string } | null {
  const paid = rememberingAll(cache, parts).filter((classifier) => classifier.paid !== undefined);
  const estimates = paid.map((classifier) => paidEstimate(classifier, rows, retries));
  if (!dryRun && isPaidFor(estimates, maxUsd)) return null;
  return { kind: 'estimate', exitCode: dryRun ? 0 : 2, screen: estimateText(estimates, rows.length, maxUsd) };
}

/** What every answer rests on beside its classifier: another taxonomy or another release may read the same words otherwise. */
function basisOf({ taxonomy, context }: Pick<EvalParts, 'taxonomy' | 'context'>): Record<string, unknown> {
  return { taxonomy: shortHash(canonicalJson(taxonomy)), release: context.versions.pointsman };
}
