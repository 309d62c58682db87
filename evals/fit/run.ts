/**
 * `npm run fit-suite -- DIR [--tables NAME,…] [--splits N]`: fits a policy on three questions of five of each outcome table in a folder and scores
 * it on the others. `datasets/sources.md` says where such tables come from.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isGap } from '../../src/eval/metrics/gap.ts';
import { differenceText, percentText, table, usdText } from '../../src/eval/report/format.ts';
import { PUBLISHED } from '../routellm/suite.ts';
import { type FitScore, fitAndScore, type SuiteOptions } from './suite.ts';

const RANKED = { strong: 'gpt-4-1106-preview', weak: 'mixtral-8x7b-instruct-v0.1' };
/** What has to be said of a table before it can be scored. Output tokens that nobody recorded make the cost MODELLED. */
const SETTINGS: Readonly<Record<string, Omit<SuiteOptions, 'seed'>>> = {
  'routellm-mmlu': { pair: RANKED },
  'routellm-gsm8k': { pair: RANKED },
  'llmrouter-dc': { assumeOutputTokens: 300 },
};
const USUAL = [
  'llmrouter-dc',
  'mmlu-pro',
  'routellm-mmlu',
  'routellm-gsm8k',
  'zeroeval-gsm',
  'zeroeval-math-l5',
  'zeroeval-crux',
  'zeroeval-numersense',
];

const { values, positionals } = parseArgs({
  options: { tables: { type: 'string' }, splits: { type: 'string', default: '1' } },
  allowPositionals: true,
});
const folder = positionals[0] ?? process.env.POINTSMAN_OUTCOMES ?? '';
const splits = Number(values.splits);
const found = (name: string) => [`${name}.prompts.jsonl`, `${name}.prompts.jsonl.gz`].some((file) => existsSync(join(folder, file)));
const wanted = values.tables?.split(',') ?? USUAL.filter(found);
const missing = wanted.filter((name) => !found(name));

function fail(text: string): void {
  console.error(`${text}\ngive the folder of outcome tables; \`datasets/sources.md\` says where such tables come from`);
  process.exitCode = 2;
}

function tablesIn(path: string): string {
  const names = existsSync(path) ? readdirSync(path).flatMap((file) => /^(.+)\.prompts\.jsonl(\.gz)?$/.exec(file)?.[1] ?? []) : [];
  return names.join(', ') || 'none';
}

async function runSuite(names: readonly string[]): Promise<void> {
  const scores: FitScore[] = [];
  for (const name of names) {
    for (let seed = 1; seed <= splits; seed++) {
      const score = await fitAndScore(join(folder, name), { seed, ...SETTINGS[name] });
      console.error(`${name}, split ${seed}: ${score.finding} (${score.fitSeconds.toFixed(0)} s)`);
      scores.push(score);
    }
  }
  const header = [
    'table',
    'fitted on',
    'scored',
    'models',
    'choice',
    'quality',
    'one model',
    'over it, points',
    'lift over free mix, points',
    'cost',
    'saving',
    'APGR',
    'longer first',
    'published',
    'fit',
  ];
  console.log(table(header, scores.map(rowOf)));
  for (const name of names) if (splits > 1) console.log(meanText(scores.filter((score) => score.table === name)));
  console.log(
    'Intervals: 95 %, paired cluster bootstrap over the scored questions. Saving: cost of the cheapest point of the sweep whose quality is within a point of the best single model for sure. Published: RouteLLM, fitted on Chatbot Arena and judge-labelled preferences (arXiv 2406.18665); ours is fitted on other questions of the same table.',
  );
}

function rowOf({ table: name, seed, fittedOn, scored, models, choice, metrics, longerFirst, fitSeconds }: FitScore): string[] {
  const { router, controls, evidence } = metrics;
  const area = (estimate: { mean: number; ci95: [number, number] } | null) =>
    estimate === null ? '–' : `${short(estimate.mean)} [${estimate.ci95.map(short).join(', ')}]`;
  const apgr = router.apgr === undefined || isGap(router.apgr) ? null : router.apgr;
  const published = PUBLISHED[name];
  return [
    splits > 1 ? `${name}, split ${seed}` : name,
    fittedOn.toLocaleString('en'),
    scored.toLocaleString('en'),
    String(models),
    choice,
    short(router.quality ?? Number.NaN),
    short(controls.bestConstant?.quality ?? Number.NaN),
    differenceText(router.overBestConstant),
    differenceText(router.liftOverFreeMix),
    router.usdPer1k === null ? 'unknown' : `${usdText(router.usdPer1k)} ${evidence.usd ?? ''}`,
    saved(router.savingAtBestConstantQuality),
    area(apgr),
    area(longerFirst),
    published === undefined ? '–' : short(published),
    `${fitSeconds.toFixed(0)} s`,
  ];
}

const short = (value: number): string => (Number.isNaN(value) ? '–' : value.toFixed(3).replace(/^0/, ''));
const saved = (saving: number | null): string => (saving === null ? '–' : percentText(saving));

function meanText(scores: readonly FitScore[]): string {
  const mean = (of: (score: FitScore) => number | null) => {
    const known = scores.flatMap((score) => of(score) ?? []);
    return known.length < scores.length ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
  };
  const lift = mean(({ metrics: { router } }) => (isGap(router.liftOverFreeMix) ? null : router.liftOverFreeMix.mean));
  const saving = mean(({ metrics: { router } }) => router.savingAtBestConstantQuality);
  const apgr = mean(({ metrics: { router } }) => (router.apgr === undefined || isGap(router.apgr) ? null : router.apgr.mean));
  const parts = [
    ...(lift === null ? [] : [`lift ${(lift * 100).toFixed(1)} points`]),
    ...(saving === null ? [] : [`saving ${saved(saving)}`]),
    ...(apgr === null ? [] : [`APGR ${short(apgr)}`]),
  ];
  return `${scores[0]?.table}: mean of ${scores.length} splits ${parts.join(', ') || 'has no figure'}`;
}

if (!Number.isInteger(splits) || splits < 1) fail('`--splits` is a whole number from 1');
else if (wanted.length === 0 || missing.length > 0)
  fail(`no tables ${missing.join(', ') || USUAL.join(', ')} in \`${folder}\`; there are: ${tablesIn(folder)}`);
else await runSuite(wanted);
