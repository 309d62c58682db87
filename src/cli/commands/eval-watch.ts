import { contentHash, readTextFile } from '../../config/files.ts';
import { isRouterError, RouterError } from '../../core/errors.ts';
import { requireAxes } from '../../eval/axis-columns.ts';
import type { Dataset } from '../../eval/dataset.ts';
import { findLeaks } from '../../eval/leakage.ts';
import { loadDataset } from '../../eval/load.ts';
import { EVAL_DEFAULTS, type EvalOptions } from '../../eval/options.ts';
import type { EvalParts } from '../../eval/parts.ts';
import { predictAll } from '../../eval/predict.ts';
import { type PreviewBase, previewBase, previewOf, previewRows, previewText } from '../../eval/preview.ts';
import { askForMoney, rememberingAll } from '../../eval/remember.ts';
import type { ServedRow } from '../../eval/served.ts';
import { unfitRows } from '../../eval/validity.ts';
import type { Flags } from '../flags.ts';
import type { Io } from '../io.ts';
import { projectOf } from '../project.ts';
import { promptFile } from '../prompts.ts';
import { sleep } from './eval-paid.ts';

/** How often the prompt is looked at, milliseconds: editors replace files in ways that no watcher reports alike. */
const LOOK_EVERY_MS = 250;
/** Flags that a preview, which keeps no run, could not honour. */
const IDLE = ['compare', 'gate', 'resume', 'limit', 'repeat', 'predictions', 'drift', 'bless', 'dry-run', 'retry-errors', 'json'];

type Watched = { options: EvalOptions; partsOf: (flags: Flags, io: Io) => Promise<EvalParts> };
type Session = { dataset: Dataset; base: PreviewBase | null; before: ServedRow[] | null; spentUsd: number };

/** Shows what each edit of the prompt changes on a few rows, errors first, until it is interrupted. */
export async function watchCommand(flags: Flags, io: Io, { options, partsOf }: Watched): Promise<number> {
  const file = await watchedFile(flags, io);
  const session = await sessionOf(flags, io, { options, partsOf });
  for (let seen = ''; !io.signal.aborted; await sleep(LOOK_EVERY_MS, io.signal)) {
    const text = textOf(file);
    if (text === null || contentHash(text) === seen) continue;
    seen = contentHash(text);
    const code = await previewOnce(session, options, await partsOr(flags, io, partsOf), io);
    if (code !== 0) return code;
    io.talk(`waiting for a change of ${file} (Ctrl-C ends)\n`);
  }
  return 0;
}

async function watchedFile(flags: Flags, io: Io): Promise<string> {
  const [name = 'classify', ...more] = flags.list('prompt') ?? [];
  const idle = IDLE.filter((flag) => flags.on(flag) || flags.text(flag) !== undefined || flags.number(flag) !== undefined);
  if (idle.length > 0) throw unusable(`--${idle.join(', --')} would do nothing`, 'leave it out: a preview keeps no run');
  if (flags.text('split') === 'test') throw unusable('an edit is never tried on the test split', 'watch `dev`');
  if (more.length > 0 || name.includes('@git:')) throw unusable('one prompt file can be watched', 'name one, without `@git:`');
  return promptFile(name, { cwd: io.cwd, projectPrompt: (await projectOf(flags, io))?.prompt });
}

const unusable = (message: string, advice: string) => new RouterError('options.invalid', message, { where: '--watch', advice });

/** The same rows for the whole session, those left out that any prompt shows as examples. */
async function sessionOf(flags: Flags, io: Io, { options, partsOf }: Watched): Promise<Session> {
  const parts = await partsOf(flags, io);
  const whole = await loadDataset(options.datasetFile, { taxonomy: parts.taxonomy, skipBad: options.skipBad ?? false }, parts.files);
  requireAxes(whole, parts.taxonomy);
  const shown = new Set(findLeaks(whole.rows, parts.seen ?? []).map(({ row }) => row.id));
  const unseen = { ...whole, rows: whole.rows.filter(({ id }) => !shown.has(id)) };
  const base = previewBase(whole, options.runsFolder, parts.files);
  const rows = previewRows(unseen, base, options.seed ?? EVAL_DEFAULTS.seed);
  return { dataset: { ...unseen, rows }, base, before: base?.served ?? null, spentUsd: 0 };
}

/** A file that is just being replaced is not there for a moment. */
function textOf(file: string): string | null {
  try {
    return readTextFile(file);
  } catch {
    return null;
  }
}

/** The parts with the prompt as it is now; a prompt that cannot be read is told, and waited for. */
async function partsOr(flags: Flags, io: Io, partsOf: Watched['partsOf']): Promise<EvalParts | null> {
  try {
    return await partsOf(flags, io);
  } catch (error) {
    if (!isRouterError(error) || error.code !== 'prompt.invalid') throw error;
    io.talk(`${error.message}\n  ${error.advice}\n`);
    return null;
  }
}

/** @returns the exit code to end with, 0 to go on */
async function previewOnce(session: Session, options: EvalOptions, parts: EvalParts | null, io: Io): Promise<number> {
  if (parts === null) return 0;
  const asking = parts.classifiers.filter(({ prompt }) => prompt !== undefined);
  const [classifier] = rememberingAll(options.cache, { ...parts, classifiers: asking.slice(0, 1) });
  const hash = classifier?.prompt?.hash;
  if (classifier === undefined || hash === undefined) throw unusable('no classifier asks with a prompt', 'add `--classifier llm`');
  const estimate = askForMoney(session.dataset.rows, options, { ...parts, classifiers: asking.slice(0, 1) });
  if (estimate !== null) {
    await io.out(estimate.screen);
    return estimate.exitCode;
  }
  const { jobs = EVAL_DEFAULTS.jobs, retries, maxUsd = 0 } = options;
  const calls = { clock: parts.clock, sleep, jobs, maxUsd, spentUsd: session.spentUsd, signal: io.signal };
  const result = await predictAll(classifier, session.dataset.rows, { ...calls, ...(retries === undefined ? {} : { retries }) });
  session.spentUsd += result.spentUsd;
  if (io.signal.aborted) return 0;
  const preview = previewOf(session.dataset, result.rows, session.before);
  if (unfitRows(result.rows) === null) session.before ??= preview.served;
  await io.out(previewText(preview, hash, session.base, result));
  return result.rows.some(({ state }) => state === 'skipped_budget') ? 4 : 0;
}
