import { join } from 'node:path';
import { canonicalJson } from '../../core/canonical.ts';
import { RouterError } from '../../core/errors.ts';
import { shortHash } from '../../eval/load.ts';
import { type OpenRun, openRun } from '../../eval/run-folder.ts';
import type { FreeBaseline } from './baselines.ts';
import { type Ending, finish } from './finish.ts';
import { freeBaselines, openSearch, type Start } from './open-search.ts';
import { type PromptFacts, TUNE_DEFAULTS, type TuneData, type TuneOptions, type TuneParts } from './parts.ts';
import { type Preflight, preflight, preflightText, refuseUnfit } from './preflight.ts';
import { openReflecting } from './reflecting.ts';
import { reportOf, screenOf, type TuneResult } from './report.ts';
import { points, randomShots, searchPrompts } from './search.ts';
import type { Search } from './search-parts.ts';
import { plainText, sectionsOf } from './sections.ts';
import { openSpend, type Spend } from './spend.ts';

/** What tuning ended with. `estimate` means nothing was asked. */
export type TuneOutcome =
  | { kind: 'estimate'; exitCode: 0 | 2; screen: string; plan: Preflight }
  | { kind: 'done'; exitCode: 0; screen: string; result: TuneResult; folder: string };

/**
 * Looks for a better prompt on train and dev and checks the one winner on the sealed test split. Writes a candidate file and a report, and
 * the prompt itself only with `apply`. "No significant gain" is an ordinary ending.
 *
 * @throws RouterError `dataset.leak`, `dataset.invalid` or `options.invalid` before anything is spent; `budget.exceeded` at the cap and
 * `eval.interrupted` when stopped, both of which the same command takes up again; `eval.invalid` when the endpoint loses too many rows
 */
export async function tunePrompt(data: TuneData, options: TuneOptions, parts: TuneParts): Promise<TuneOutcome> {
  const text = plainText(Buffer.from(parts.files.read(options.promptFile)).toString('utf8'));
  const facts = await parts.inspect(text, options.promptFile);
  refuseLocked(text, options);
  const plan = preflight(data, facts, worstLabel(data, facts, parts, options), options, parts);
  const models = { task: parts.labeller.model, reflect: parts.reflector.model };
  const screen = preflightText(data, plan, options, models);
  refuseUnfit(data, facts, plan, options, parts.seen ?? []);
  const missing = [parts.labeller.missing, parts.reflector.missing].filter((each) => each !== null);
  const toSet = [...new Set(missing)].map((each) => `SET       ${each}\n`).join('');
  if (options.dryRun === true || missing.length > 0)
    return { kind: 'estimate', exitCode: options.dryRun === true ? 0 : 2, screen: `${screen}${toSet}`, plan };
  parts.tell(screen.trimEnd());
  const identity = identityOf(data, facts, models, options, parts);
  const hash = shortHash(canonicalJson(identity));
  const run = openRun({ runsFolder: options.runsFolder, name: 'tune', identity, hash }, parts);
  try {
    const result = await runTuning(run, { text, facts, plan, models }, data, options, parts);
    return { kind: 'done', exitCode: 0, screen: screenOf(result), result, folder: run.folder };
  } finally {
    run.close();
  }
}

async function runTuning(run: OpenRun, start: Start, data: TuneData, options: TuneOptions, parts: TuneParts): Promise<TuneResult> {
  parts.tell(`${run.resumed ? 'going on in' : 'run folder'} ${run.folder} (a file STOP in it ends the run)`);
  const spend = openSpend(join(run.folder, 'spend.jsonl'), options.maxUsd, parts.files);
  const reflecting = openReflecting(run.folder, spend, options, parts);
  try {
    const search = await openSearch({ run, spend, start, reflecting, data, options, parts });
    try {
      const free = freeBaselines(search);
      await randomShots(search);
      await searchPrompts(search);
      const ending = await finish(search, options);
      return conclude(run, search, free, ending, start, spend, parts);
    } catch (error) {
      parts.tell(soFar(search, spend));
      throw error;
    }
  } finally {
    reflecting.close();
    spend.close();
  }
}

/** What a run that did not come to its end can say. */
function soFar({ trials, finalists, incumbent, dev }: Search, { spentUsd }: Spend): string {
  const best = finalists.filter(({ accepted }) => accepted).sort((a, b) => b.gain.gain - a.gain.gain)[0];
  const found = best === undefined ? 'none measured on the whole of dev' : `best on dev ${points(best.gain.gain)} (${best.hash})`;
  return `so far: prompt in use ${(incumbent.primary * 100).toFixed(1)} % of ${dev.length} dev rows, ${trials.length - 1} tried, ${found}; $${spentUsd.toFixed(4)} spent`;
}

function conclude(
  run: OpenRun,
  search: Search,
  free: readonly FreeBaseline[],
  ending: Ending,
  start: Start,
  spend: Spend,
  { files }: TuneParts,
): TuneResult {
  const { incumbent, trials, finalists, data } = search;
  const result: TuneResult = {
    ending,
    start,
    data,
    incumbent,
    free,
    trials,
    finalists,
    random: search.random,
    members: search.members,
    spentUsd: spend.spentUsd,
    maxUsd: spend.maxUsd,
    folder: run.folder,
  };
  files.write(join(run.folder, 'report.md'), reportOf(result));
  const manifest = JSON.parse(Buffer.from(files.read(join(run.folder, 'manifest.json'))).toString('utf8')) as object;
  files.write(
    join(run.folder, 'manifest.json'),
    `${JSON.stringify({ ...manifest, status: 'complete', ending, spentUsd: spend.spentUsd }, null, 1)}\n`,
  );
  return result;
}

/** What the way of a run rests on. The cap is no part of it: a larger one goes on where a smaller one stopped. */
function identityOf(data: TuneData, facts: PromptFacts, models: Start['models'], options: TuneOptions, { taxonomy, reflector }: TuneParts) {
  const { mode, patience, seed, maxPromptTokens } = { ...TUNE_DEFAULTS, ...options };
  const axes = shortHash(canonicalJson(taxonomy));
  return {
    kind: 'tune',
    prompt: facts.hash,
    data: `${data.name} ${data.hash}`,
    taxonomy: axes,
    ...models,
    asked: reflector.version,
    mode,
    patience,
    seed,
    maxPromptTokens,
  };
}

function refuseLocked(text: string, { mode, promptFile }: TuneOptions): void {
  if (mode === 'fewshot' || sectionsOf(text).some(({ locked }) => !locked)) return;
  throw new RouterError(
    'prompt.invalid',
    `\`${promptFile}\` has no paragraph that may be changed: each holds a place or says how to answer`,
    {
      where: promptFile,
      advice: 'put advice into paragraphs of its own, as `prompts/classify.md` does, or use `--mode fewshot`',
    },
  );
}

/** Mean worst case of a new label, as if the prompt were as long as it may become; null when the price is unknown. */
function worstLabel({ splits }: TuneData, { tokens }: PromptFacts, { labeller }: TuneParts, options: TuneOptions): number | null {
  const rows = [...splits.dev, ...splits.test];
  let sum = 0;
  for (const { request } of rows) {
    const usd = labeller.worstUsd(request);
    // An endpoint of one's own has no price and lacks nothing.
    if (usd === null) return labeller.missing === null ? 0 : null;
    sum += usd;
  }
  const growth = Math.max(1, (options.maxPromptTokens ?? TUNE_DEFAULTS.maxPromptTokens) / Math.max(1, tokens));
  return rows.length === 0 ? 0 : (sum / rows.length) * growth;
}
