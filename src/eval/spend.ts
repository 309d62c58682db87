import type { EvalClassifier } from './parts.ts';
import type { AskedRow } from './predict.ts';
import { usdText } from './report/format.ts';

/** What a paid classifier would cost on these rows, and what it lacks. `usd` is null when a price is unknown. */
export type PaidEstimate = { classifier: string; model: string; usd: number | null; missing: string | null };

export function paidEstimate(classifier: EvalClassifier, rows: readonly AskedRow[]): PaidEstimate {
  const { paid, name } = classifier;
  if (paid === undefined) return { classifier: name, model: '–', usd: 0, missing: null };
  let usd: number | null = 0;
  for (const { request } of rows) {
    const one = paid.estimateUsd(request);
    usd = one === null || usd === null ? null : usd + one;
  }
  return { classifier: name, model: paid.model, usd, missing: paid.missing };
}

/** One line per paid classifier, then what to set before it runs. */
export function estimateText(estimates: readonly PaidEstimate[], rows: number, maxUsd: number | undefined): string {
  if (estimates.length === 0) return `ESTIMATE  ${rows} rows, no paid classifier: $0.00\n`;
  const lines = estimates.map(
    ({ classifier, model, usd }) => `ESTIMATE  ${classifier} · ${model} · ${rows} rows · about ${usdText(usd)} at list price`,
  );
  const missing = estimates.flatMap(({ missing }) => (missing === null ? [] : [`SET       ${missing}`]));
  const cap = maxUsd === undefined ? ['SET       --max-usd N: paid classifiers never run without a cap'] : [];
  return `${[...lines, ...new Set(missing), ...cap].join('\n')}\n`;
}
