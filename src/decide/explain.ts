import type { Candidate, Decision, Estimate } from '../core/decision.ts';
import type { Facts } from '../core/facts.ts';
import type { AnyLabel, LabelSource } from '../core/label.ts';

/** What an explanation tells of: a route, whatever its taxonomy. */
export type Explained = Decision & { label: AnyLabel; facts: Facts; source: LabelSource; failure: string | null };

/** A decision in words: what was chosen, what the request was taken for, who else stood for it, and who was passed over and why. */
export function explainText(route: Explained): string {
  const lines = [
    headline(route),
    row('label', Object.entries(route.label).map(axisText).join(' · ')),
    row('read by', sourceText(route.source)),
    row('facts', factsText(route.facts)),
    row('pools', route.pools.length === 0 ? 'none: models named by the caller' : route.pools.join(', ')),
    row('why', route.why),
    ...(route.failure === null ? [] : [row('failure', route.failure)]),
    ...(route.kind === 'chosen' ? ['candidates', ...route.candidates.map(candidateText)] : []),
    ...(route.skipped.length === 0
      ? []
      : ['skipped', ...route.skipped.map(({ model, detail, reason }) => `  ${model}: ${reason} (${detail})`)]),
  ];
  return `${lines.join('\n')}\n`;
}

const row = (name: string, text: string): string => `${name.padEnd(9)}${text}`;

function headline(route: Explained): string {
  if (route.kind === 'refused') return `${row('refused', route.why)}\n${row('advice', route.advice)}`;
  const rest = route.fallbacks.length === 0 ? 'no fallback' : `then ${route.fallbacks.join(', ')}`;
  return row('chosen', `${route.model}, ${rest}`);
}

function axisText([axis, { value, confidence, unsure }]: [string, AnyLabel[string]]): string {
  return `${axis} ${value} ${confidence.toFixed(2)}${unsure === null ? '' : ` (unsure: ${unsure})`}`;
}

function sourceText({ classifier, model, usd, flags }: LabelSource): string {
  const asked = model === null ? '' : ` asking ${model}`;
  const marks = flags.length === 0 ? '' : `; marks: ${flags.join(', ')}`;
  return `${classifier}${asked}, ${usd === null ? 'price unknown' : dollars(usd)}${marks}`;
}

function factsText(facts: Facts): string {
  const extras = [
    facts.tools > 0 ? `${facts.tools} tools` : '',
    facts.images > 0 ? `${facts.images} images` : '',
    facts.attachments > 0 ? `${facts.attachments} attachments` : '',
    facts.responseSchema ? 'response schema' : '',
    facts.codeBlock ? 'code block' : '',
    facts.userTurns > 1 ? `${facts.userTurns} user turns` : '',
  ].filter((extra) => extra !== '');
  return [
    `${facts.language} (${facts.script})`,
    `${facts.characters} characters`,
    `${facts.inputTokens} input tokens (ESTIMATED)`,
    ...extras,
  ].join(', ');
}

function candidateText({ model, estimate, utility }: Candidate, index: number): string {
  return `  ${index + 1}. ${model}: quality ${estimate.quality.toFixed(2)} ${estimate.basis.quality}, ${costText(estimate)}, utility ${utility.toFixed(3)}`;
}

const costText = ({ usd, basis }: Estimate): string => (usd === null ? 'cost unknown' : `${dollars(usd)} ${basis.usd}`);

/** @example dollars(0.00123) // => '$0.00123' */
const dollars = (usd: number): string => (usd === 0 ? '$0' : `$${Number(usd.toPrecision(3))}`);
