import type { FreeBaseline } from './baselines.ts';
import type { Finalist } from './conclude.ts';
import type { Ending } from './finish.ts';
import { shareRight } from './paired.ts';
import type { TuneData } from './parts.ts';
import { type Preflight, visibleText } from './preflight.ts';
import { points } from './search.ts';
import type { Member, Trial } from './search-parts.ts';
import { sectionsOf } from './sections.ts';

/** Everything a finished run found. */
export type TuneResult = {
  ending: Ending;
  start: { plan: Preflight; models: { task: string; reflect: string } };
  data: TuneData;
  incumbent: Member;
  free: readonly FreeBaseline[];
  trials: readonly Trial[];
  finalists: readonly Finalist[];
  random: Member | null;
  members: readonly Member[];
  spentUsd: number;
  maxUsd: number;
  folder: string;
};

/** The first screen: verdict, dev against test, what was tried, what it cost, what was written. */
export function screenOf(result: TuneResult): string {
  const { ending, trials, spentUsd, maxUsd, folder } = result;
  const count = (outcome: Trial['outcome']) => trials.filter((trial) => trial.outcome === outcome).length;
  return [
    `VERDICT   ${verdictOf(ending)}`,
    ...(ending.kind === 'no-gain' ? [] : [`DEV       ${gainText(ending.dev)}; shrunk, since it was picked: ${points(ending.expected)}`]),
    ...(ending.kind === 'no-gain' ? ['TEST      stays sealed'] : [`TEST      ${testText(ending)}`]),
    ...(ending.kind !== 'no-gain' && ending.order !== null ? [`ORDER     ${orderText(ending.order)}`] : []),
    `BASELINES ${baselines(result)
      .map(({ name, right }) => `${name} ${percent(right)}`)
      .join(' · ')}`,
    `TRIED     ${trials.length - 1}: ${count('better')} better, ${count('kept') + count('dominated')} not, ${count('dropped')} dropped in a race, ${count('refused')} refused by a guard, ${count('rejected')} rejected unasked`,
    `SPENT     $${spentUsd.toFixed(4)} of $${maxUsd.toFixed(2)}`,
    ...(ending.kind === 'accepted'
      ? [
          `WRITTEN   ${ending.written}; asked again from there: ${ending.again} of ${result.data.splits.test.length} test rows right, as before`,
        ]
      : ['WRITTEN   no prompt; the one in use stays']),
    `REPORT    ${folder}/report.md`,
    '',
  ].join('\n');
}

function verdictOf(ending: Ending): string {
  if (ending.kind === 'no-gain') return `NO SIGNIFICANT GAIN · ${ending.why}`;
  if (ending.kind === 'refused') return `REFUSED · ${ending.why}`;
  return `BETTER · prompt ${ending.winner}, ${points(ending.test.gain.gain)} on test, ${pText(ending.adjusted)} on dev over all candidates`;
}

const gainText = ({ gain, interval, n, fixed, broken }: Extract<Ending, { kind: 'accepted' }>['dev']): string =>
  `${points(gain)} [${points(interval.low)}, ${points(interval.high)}] on ${n} rows (${fixed} fixed, ${broken} broken)`;

function testText({ test, dev }: Exclude<Ending, { kind: 'no-gain' }>): string {
  const recall = test.recall === null ? '' : `; high-risk recall ${points(test.recall.gain)} on ${test.recall.n}`;
  return `${gainText(test.gain)}, look ${test.looks}, ${pText(test.adjusted)} over the looks; dev less test ${points(dev.gain - test.gain.gain)}${recall}`;
}

const pText = (p: number): string => (p < 0.001 ? 'p < 0.001' : `p ${p.toFixed(3)}`);

const orderText = ({ flips, rows, shuffles }: NonNullable<Extract<Ending, { kind: 'accepted' }>['order']>): string =>
  `${percent(flips)} of labels change when the few-shots are shuffled (${shuffles} shuffles of ${rows} rows)`;

const percent = (share: number | null): string => (share === null ? '–' : `${(share * 100).toFixed(1)} %`);

/** What is cheap, on the same dev rows. */
function baselines({ incumbent, free, random }: TuneResult): { name: string; right: number | null; tokens: number | null }[] {
  return [
    { name: 'prompt in use', right: incumbent.primary, tokens: incumbent.tokens },
    ...(random === null ? [] : [{ name: `few-shots (${random.what})`, right: random.primary, tokens: random.tokens }]),
    ...free.map(({ name, rights }) => ({ name, right: shareRight(rights), tokens: null })),
  ];
}

/** The whole story as Markdown: lineage, every rejected change and why. */
export function reportOf(result: TuneResult): string {
  const { trials, start, data, incumbent } = result;
  const cell = (text: string) => text.replaceAll('|', '\\|').replace(/\s+/g, ' ').replaceAll('<', '&lt;').slice(0, 400);
  const number = (trial: Trial) => trials.indexOf(trial);
  const parentOf = ({ parent }: Trial) => (parent === null ? '' : String(trials.findIndex(({ hash }) => hash === parent)));
  const line = (trial: Trial) =>
    `| ${number(trial)} | ${parentOf(trial)} | ${trial.origin} | ${cell(trial.what)} | ${trial.tokens ?? ''} | ${trial.gain === null ? '' : `${points(trial.gain)} (${trial.rows})`} | ${trial.outcome} | ${cell(trial.why)} | ${trial.hash ?? ''} |`;
  const { winner } = result.ending.kind === 'no-gain' ? { winner: null } : result.ending;
  return [
    '# Tuning a prompt',
    '',
    '```',
    screenOf(result).trimEnd(),
    '```',
    '',
    `Labels by ${start.models.task}, reflection by ${start.models.reflect}. Train ${data.splits.train.length}, dev ${data.splits.dev.length}, test ${data.splits.test.length} rows of \`${data.name}\` (${data.hash}); dev shows ${visibleText(start.plan.visible)}.`,
    'A dev gain counts if it is significant by Holm over every candidate measured on the whole of dev; test then may be worse by half a point at most, at the level of one in all looks at it.',
    '',
    '## Baselines on dev',
    '',
    '| what | right on every axis | tokens |',
    '| --- | --- | --- |',
    ...baselines(result).map(({ name, right, tokens }) => `| ${name} | ${percent(right)} | ${tokens ?? ''} |`),
    '',
    '## Lineage',
    '',
    '| # | parent | kind | change | tokens | gain (rows) | outcome | why | prompt |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    ...trials.map(line),
    '',
    'Diagnoses',
    '',
    ...trials.filter(({ diagnosis }) => diagnosis !== '').map((trial) => `- ${number(trial)}: ${cell(trial.diagnosis)}`),
    '',
    ...(winner === null ? [] : changesOf(result, winner, incumbent)),
  ].join('\n');
}

/** The winner's paragraphs and few-shots that the incumbent has not. */
function changesOf({ members }: TuneResult, winner: string, incumbent: Member): string[] {
  const member = members.find(({ hash }) => hash === winner);
  if (member === undefined) return [];
  const old = new Set(sectionsOf(incumbent.text).map(({ text }) => text));
  const oldShots = new Set(incumbent.facts.fewShots.map(({ text }) => text));
  const changed = sectionsOf(member.text).filter(({ text }) => !old.has(text));
  const shots = member.facts.fewShots.filter(({ text }) => !oldShots.has(text));
  const fence = '````';
  return [
    `## What ${winner} changes`,
    '',
    ...changed.flatMap(({ name, text }) => [`Section ${name}:`, '', fence, text, fence, '']),
    ...shots.map(({ text, label }) => `- few-shot ${JSON.stringify(text)} ${Object.values(label).join(', ')}`),
    '',
  ];
}
