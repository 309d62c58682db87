import type { OutcomeTable } from '../eval/table/table.ts';
import type { Dial } from './fit-dial.ts';
import type { Verdict } from './fit-guard.ts';

/** The finding, in words a person can act on. */
export function findingOf({ routed, why }: Verdict, constant: string, table: OutcomeTable, dial: Dial): string {
  const rows = table.ids.length.toLocaleString('en');
  const modelled = table.evidence.usd === 'MODELLED' ? ' Cost is MODELLED: output tokens were assumed.' : '';
  if (!routed) return `use ${constant} for everything: on ${rows} questions, ${why}.${modelled}`;
  return `route (${dialText(dial)}): on ${rows} questions left out in turn, ${why}. Without routing: ${constant}.${modelled}`;
}

export function dialText(dial: Dial): string {
  switch (dial.kind) {
    case 'keep':
      return `surest lift that keeps the best single model's quality to ${(dial.margin * 100).toFixed(1)} points`;
    case 'cost-weight':
      return `a dollar is worth ${dial.usdWeight} of quality`;
    case 'within':
      return `as cheap as possible within ${(dial.margin * 100).toFixed(1)} points of ${dial.model}, with 95 % confidence`;
    case 'max-usd':
      return `best quality for at most $${dial.usdPer1k} per 1,000 requests`;
  }
}

/** What the promise of a dial rests on. */
export function assumptionOf({ kind }: Dial): string {
  const alike = 'requests to come are drawn like those fitted on, and answers are graded alike';
  if (kind === 'cost-weight') return 'nothing is promised';
  if (kind === 'max-usd') return `${alike}; list prices stay as they are, and answers as long`;
  return `${alike}; tested on left-out folds, the policy in use being fitted on all of them`;
}
