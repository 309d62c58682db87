import type { ClassifyingCost } from '../classifying.ts';
import { markdownTable, markdownText, percentText, usdText } from './format.ts';

/** What labelling cost, a line per classifier that asks a model, and one for the router whatever it asks. */
export function classifyingLines(costs: readonly ClassifyingCost[], router: string | null): string[] {
  return costs
    .filter(({ classifier, model }) => model !== null || classifier === router)
    .map((cost) => `CLASSIFY ${[`${cost.classifier}: ${usdText(cost.usdPer1k)} per 1,000 labels`, ...details(cost)].join(' · ')}`);
}

function details({ model, tokens, askedShare, cacheSavesUsdPer1k: saves, latency, answeredBy }: ClassifyingCost): string[] {
  const time = latency === null ? [] : [`p50 ${msText(latency.p50)}, p95 ${msText(latency.p95)} ${latency.kind}`];
  if (model === null) return [...time, 'asks no model'];
  return [
    `${model} asked for ${percentText(askedShare)} of requests`,
    tokens === null ? 'tokens unknown' : `${tokenText(tokens)} tokens a call`,
    saves === null ? 'what the cached prompt saves is unknown' : `the cached prompt saves ${usdText(saves)} per 1,000`,
    ...time,
    ...(answeredBy.length > 1 ? [`answered by ${answeredBy.join(', ')}`] : []),
  ];
}

export const tokenText = ({ input, cachedInput, output }: NonNullable<ClassifyingCost['tokens']>): string =>
  `${Math.round(input).toLocaleString('en')} in (${Math.round(cachedInput).toLocaleString('en')} cached) + ${Math.round(output)} out`;

/** Milliseconds with two significant digits below ten, whole above. */
export const msText = (ms: number): string => `${ms < 10 ? ms.toPrecision(2) : Math.round(ms).toLocaleString('en')} ms`;

/** The same as a table for `report.md`. */
export function classifyingMarkdown(costs: readonly ClassifyingCost[]): string {
  const header = [
    'classifier',
    'model',
    'needed the model',
    'tokens a call',
    'cost per 1,000',
    'cached prompt saves per 1,000',
    'p50',
    'p95',
    'latency',
  ];
  const rows = costs.map(({ classifier, model, askedShare, tokens, usdPer1k, cacheSavesUsdPer1k, latency }) => [
    markdownText(classifier),
    model === null ? 'none' : markdownText(model),
    percentText(askedShare),
    tokens === null ? '–' : tokenText(tokens),
    usdText(usdPer1k),
    model === null ? '–' : usdText(cacheSavesUsdPer1k),
    latency === null ? '–' : msText(latency.p50),
    latency === null ? '–' : msText(latency.p95),
    latency?.kind ?? '–',
  ]);
  return ['## Cost of classifying', markdownTable(header, rows)].join('\n\n');
}
