import type { Comparison } from '../../compare.ts';
import type { DriftReport } from '../../drift.ts';
import type { GateCheck } from '../../gate.ts';
import type { Tuning } from '../../tuning.ts';
import { driftLines } from '../drift.ts';
import { tuningLines } from '../tuning.ts';
import { comparisonSection } from './comparison.ts';
import { escapeHtml, htmlTable, prose } from './escape.ts';
import type { PastRun } from './history.ts';
import type { Section } from './page.ts';

/** What a report says beyond the run's own figures; null where it was not asked for. */
export type Around = {
  comparison: Comparison | null;
  past: readonly PastRun[];
  gate: readonly GateCheck[] | null;
  drift: DriftReport | null;
  tuning: Tuning | null;
};

/** Gate, comparison, prompt and drift, as far as they were asked for. */
export function aroundSections({ gate, comparison, tuning, drift }: Around): Section[] {
  return [
    ...(gate === null ? [] : [gateSection(gate)]),
    ...(comparison === null ? [] : [comparisonSection(comparison)]),
    ...(tuning === null ? [] : [tuningSection(tuning)]),
    ...(drift === null ? [] : [driftSection(drift)]),
  ];
}

function gateSection(checks: readonly GateCheck[]): Section {
  const failed = checks.filter(({ pass }) => !pass).length;
  const rows = [...checks]
    .sort((a, b) => Number(a.pass) - Number(b.pass))
    .map(({ name, pass, skipped, found, wanted }) => [name, skipped === true ? 'skipped' : pass ? 'pass' : 'FAIL', found, wanted]);
  const text = failed === 0 ? `All ${checks.length} checks hold.` : `${failed} of ${checks.length} checks failed.`;
  return {
    id: 'gate',
    title: `Gate: ${failed === 0 ? 'pass' : 'FAIL'}`,
    html: `<p>${text}</p>${htmlTable(['check', 'result', 'found', 'wanted'], rows, 'Checks, failed ones first', 'names')}`,
  };
}

function tuningSection(tuning: Tuning): Section {
  const { prompt, cost, warnings, next } = tuningLines(tuning);
  const diff = (tuning.diff ?? []).map(
    ({ kind, text }) =>
      `<span class="${kind === '+' ? 'added' : kind === '-' ? 'removed' : 'kept'}">${escapeHtml(`${kind} ${text}`)}</span>`,
  );
  const facts = [['PROMPT', prompt], ['COST', cost], ...warnings.map((warning) => ['DRIFT', warning]), ['NEXT', next]].map(
    ([key = '', text = '']) => `<div><dt>${key}</dt><dd>${prose(text)}</dd></div>`,
  );
  const shown =
    diff.length === 0
      ? ''
      : `<pre class="diff" tabindex="0" role="region" aria-label="Changed lines of the prompt">${diff.join('\n')}</pre>`;
  return { id: 'prompt', title: 'The prompt', html: `<dl>${facts.join('')}</dl>${shown}` };
}

function driftSection(report: DriftReport): Section {
  const { headline, header, rows, note } = driftLines(report);
  return {
    id: 'drift',
    title: 'Drift',
    html: `<p>${escapeHtml(headline)}.</p>${htmlTable(header, rows, 'This run against the reference')}<p class="note">${escapeHtml(note)}</p>`,
  };
}
