import type { Repriced, Repricing } from '../reprice.ts';
import { percentText, plainText, signed, table, usdText } from './format.ts';

/** What `reprice` prints: marked as such, for it is no run. */
export function repriceScreen({ classifiers, routes, saving, unpriced }: Repricing, run: string, prices: string, evidence: string): string {
  const rows = [...classifiers.map((each) => ({ ...each, name: `labels by ${each.name}` })), ...routes].map(lineOf);
  const share = (value: number | null) => (value === null ? 'unknown' : percentText(value));
  return `${[
    `REPRICED  ${run} · by ${prices} · ${evidence}`,
    '          choices, answers and quality as they were; evaluate again with these prices to let the router choose by them',
    ...(saving === null ? [] : [`SAVING    router against the best constant: ${share(saving.before)} then, ${share(saving.after)} now`]),
    ...(unpriced.length === 0 ? [] : [`UNKNOWN   no price for ${unpriced.map((model) => `\`${plainText(model)}\``).join(', ')}`]),
    '',
    table(['dollars per 1,000', 'then', 'now', 'change'], rows),
  ].join('\n')}\n`;
}

function lineOf({ name, before, after }: Repriced): string[] {
  const change = before === null || after === null || before === 0 ? null : after / before - 1;
  const written = change === null ? '–' : `${signed(change, Math.abs(change * 100).toFixed(1))} %`;
  return [plainText(name), usdText(before), usdText(after), written];
}
