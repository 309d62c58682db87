import { intervalText, percentText, plainText, shareText, table, usdText } from '../report/format.ts';
import type { CellState } from './cell.ts';
import { type Correction, correctedText, ENOUGH_HUMAN } from './correction.ts';
import type { Dollars } from './estimate.ts';
import { type Plan, planCost } from './plan.ts';
import type { CollectSummary, JudgeSummary, ModelSummary } from './summary.ts';

export type EstimateInput = {
  plan: Plan;
  judge: string | null;
  spentUsd: number;
  maxUsd: number | undefined;
  unpriced: readonly string[];
  missing: readonly string[];
  needsCap: boolean;
};

/** What a collection would cost, role by role, and what to set before it runs. */
export function estimateScreen({ plan, judge, spentUsd, maxUsd, unpriced, missing, needsCap }: EstimateInput): string {
  const { candidates, judge: judging } = planCost(plan);
  const cells = (role: string, { low, expected, worst }: Dollars) => [role, usdText(low), usdText(expected), usdText(worst)];
  const rows = [...candidates].map(([model, dollars]) => cells(model, dollars));
  const graded = judge === null ? [] : [cells(`judge ${judge}`, judging)];
  const all = [...candidates.values(), judging].map(({ worst }) => worst);
  const worst = all.some((each) => each === null) ? null : all.reduce<number>((sum, each) => sum + (each ?? 0), 0);
  const lines = [
    `ESTIMATE  ${plan.tasks} answers to get or grade, ${plan.done.length} of ${plan.cells} are there`,
    ...(plan.tasks === 0 ? [] : [table(['role', 'low', 'expected', 'worst'], [...rows, ...graded])]),
    ...(spentUsd > 0 ? [`SPENT     ${usdText(spentUsd)} so far: counts towards --max-usd`] : []),
    ...(maxUsd !== undefined && worst !== null && worst + spentUsd > maxUsd
      ? [`CAP       ${usdText(maxUsd)} may not do for all: whole prompts are asked as far as it goes`]
      : []),
    ...(needsCap ? ['SET       --max-usd N: what has a price is never asked without a cap'] : []),
    ...unpriced.map((model) => `SET       a price for ${model}: in a --catalogue or --policy, or \`pointsman models refresh\``),
    ...missing.map((words) => `SET       ${words}`),
  ];
  return `${lines.join('\n')}\n`;
}

const STATE_WORDS: Readonly<Record<CellState, string>> = {
  ok: 'graded',
  ungraded: 'ungraded',
  provider_error: 'lost to the provider',
  skipped_budget: 'not asked',
};

/** What a collection came to, for a terminal. */
export function collectScreen(summary: CollectSummary): string {
  const { prompts, models, repeat, cells, compared, judge, usd } = summary;
  const states = Object.entries(STATE_WORDS).flatMap(([state, words]) =>
    state === 'ok' || cells[state as CellState] > 0 ? [`${cells[state as CellState]} ${words}`] : [],
  );
  const lines = [
    `COLLECTED ${countOf(prompts, 'prompt')} × ${countOf(models.length, 'model')} × ${repeat}: ${states.join(' · ')}`,
    ...models.flatMap(downLine),
    ...models.flatMap(driftLine),
    '',
    modelTable(models, compared.prompts),
    comparedLine(summary),
    ...(judge === null ? [] : judgeLines(judge)),
    `SPENT     ${usdText(usd.thisRun)} this run · in all: candidates ${usdText(usd.candidates)}, judge ${usdText(usd.judge)}${usd.unknown > 0 ? ` · ${usd.unknown} answers without a price not counted` : ''}`,
    ...nextLines(summary),
  ];
  return `${lines.join('\n')}\n`;
}

const countOf = (count: number, unit: string): string => `${count} ${unit}${count === 1 ? '' : 's'}`;

function downLine({ model, cells, error }: ModelSummary): string[] {
  const asked = cells.ok + cells.ungraded + cells.provider_error;
  if (cells.provider_error === 0) return [];
  const all = cells.provider_error === asked;
  return [`${all ? 'DOWN      ' : 'LOST      '}${model}: ${all ? 'no answer' : `${cells.provider_error} lost`} of ${asked} (${error})`];
}

/** A name that stands for several models in turn makes one row of several (trap: alias drift). */
function driftLine({ model, resolved }: ModelSummary): string[] {
  return resolved.length < 2 ? [] : [`DRIFT     ${model} was answered by ${resolved.map((name) => plainText(name)).join(', ')}`];
}

function modelTable(models: readonly ModelSummary[], prompts: number): string {
  const header = [
    'model',
    prompts === 0 ? 'quality' : `quality on the same ${prompts}`,
    '$/1k',
    'output tokens',
    'graded',
    'ungraded',
    'lost',
    'cut off',
  ];
  return table(
    header,
    models.map(({ model, quality, usdPer1k, outputTokens, cells, cutOff }) => [
      model,
      quality === null
        ? 'not compared'
        : `${shareText(quality.mean)}${quality.ci95 === null ? '' : ` ${intervalText({ low: quality.ci95[0], high: quality.ci95[1] })}`}`,
      usdText(usdPer1k),
      outputTokens === null ? '–' : outputTokens.toFixed(0),
      String(cells.ok),
      String(cells.ungraded),
      String(cells.provider_error),
      String(cutOff),
    ]),
  );
}

function comparedLine({ compared, prompts }: CollectSummary): string {
  const { leftOut, models } = compared;
  const out = leftOut.length === 0 ? '' : `; left out, for want of answers: ${leftOut.join(', ')}`;
  if (models.length === 0) return 'COMPARED  nothing: no answer was graded';
  return `COMPARED  on ${compared.prompts} of ${prompts} prompts, those that ${models.length === 1 ? 'it' : models.length === 2 ? 'both' : `all ${models.length}`} answered${out}`;
}

function judgeLines({ model, graded, ungraded, reasons, cut, pairs, flipped, flipRate, correction }: JudgeSummary): string[] {
  const why = Object.entries(reasons).map(([reason, count]) => `${plainText(reason)} ×${count}`);
  return [
    `JUDGE     ${model}: ${graded} graded, ${ungraded} ungraded${why.length === 0 ? '' : ` (${why.join(', ')})`}${cut === 0 ? '' : `, ${cut} shown cut`}`,
    ...(flipRate === null
      ? []
      : [`FLIPS     ${percentText(flipped / pairs)} ${intervalText(flipRate)} of ${pairs} pairs changed with the seats: counted as ties`]),
    ...(correction === null ? [] : correctionLines(correction)),
  ];
}

function correctionLines({ human, sensitivity, specificity, models }: Correction): string[] {
  const few = human < ENOUGH_HUMAN ? `: few, ${ENOUGH_HUMAN} or more make it useful` : '';
  return [
    `HUMAN     ${human} answers graded by people${few} · the judge passes ${shareText(sensitivity)} of the good, fails ${shareText(specificity)} of the bad`,
    table(
      ['acceptable answers', 'judged', 'corrected [95 %]', 'n'],
      models.map(({ model, judged, corrected, rows }) => [model, shareText(judged), correctedText(corrected), String(rows)]),
    ),
  ];
}

function nextLines({ table: base, cells, models, compared, judge }: CollectSummary): string[] {
  return [
    ...(cells.ok > 0 ? [`TABLE     ${base}.prompts.jsonl, ${base}.outcomes.csv`] : []),
    ...(judge?.sheet ? [`NEXT      fill in \`human\` (pass or fail) of ${judge.sheet}, and pass it as --calibration`] : []),
    ...(cells.skipped_budget > 0 ? ['NEXT      raise --max-usd and run the same command: it asks what is missing'] : []),
    ...(cells.provider_error > 0 ? ['NEXT      --retry-errors asks again what was lost'] : []),
    ...(cells.ungraded > 0 ? ['NEXT      ungraded answers are in no figure; --retry-errors grades them again'] : []),
    ...(models.some(({ cutOff }) => cutOff > 0)
      ? ['NEXT      cut-off answers were graded as they stand; a larger --max-output-tokens and another --out give them room']
      : []),
    ...(compared.models.length > 1 ? [`NEXT      pointsman eval --outcomes ${base}`] : []),
  ];
}
