import { join } from 'node:path';
import { RouterError } from '../../core/errors.ts';
import type { DatasetRow } from '../../eval/dataset.ts';
import type { EvalClassifier } from '../../eval/parts.ts';
import { type AskedRow, type Predicted, predictAll } from '../../eval/predict.ts';
import type { OpenRun } from '../../eval/run-folder.ts';
import { FREE, rangeOf } from '../../eval/spend.ts';
import { TUNE_DEFAULTS, type TuneOptions, type TuneParts } from './parts.ts';
import { lostUsd, type Spend, usedUp } from './spend.ts';

/** A prompt whose answers are wanted. */
export type AskedPrompt = { hash: string; file: string };

/** Above this share of rows lost to the provider, the rest is no fair sample. */
const LOST = 0.01;

/** Asks for labels, each once: what this run knows already is taken from its log. */
export type Asking = {
  answers(prompt: AskedPrompt, rows: readonly DatasetRow[], split: string): Promise<Predicted[]>;
  /** The same rows once more from a file as the run time reads it, whatever is in the log. */
  again(file: string, rows: readonly DatasetRow[]): Promise<Predicted[]>;
  /** Ends the run cleanly when somebody asked for it. @throws RouterError `eval.interrupted` */
  checkStop(): void;
};

type Desk = { run: OpenRun; spend: Spend; options: TuneOptions; parts: TuneParts };

export function openAsking({ run, spend, options, parts }: Desk): Asking {
  const known = new Map(run.done.filter(isAnswer).map((row) => [`${row.classifier} ${row.id}`, row as Predicted]));
  const classifiers = new Map<string, EvalClassifier>();
  const stopping = stopSwitch(run.folder, options, parts);
  const classifierOf = async ({ hash, file }: AskedPrompt) => {
    const made = classifiers.get(hash) ?? held(await parts.classifierFor(file), spend, stopping);
    classifiers.set(hash, made);
    return made;
  };
  const idOf = ({ id }: DatasetRow, split: string) => `${split}:${id}`;
  let labels = 0;
  const ask = async (classifier: EvalClassifier, rows: readonly AskedRow[], keep: (row: Predicted) => void) => {
    const onRow = (row: Predicted) => {
      keep(row);
      parts.progress?.(++labels, spend.spentUsd);
    };
    const { clock, sleep } = parts;
    const jobs = options.jobs ?? TUNE_DEFAULTS.jobs;
    const purse = { maxUsd: spend.maxUsd, spentUsd: spend.spentUsd };
    const retries = options.retries === undefined ? {} : { retries: options.retries };
    const waiting = sleep === undefined ? {} : { sleep, ...retries };
    const { rows: fresh } = await predictAll(classifier, rows, { clock, jobs, ...purse, ...waiting, onRow, signal: stopping.signal });
    stopping.check();
    if (fresh.some(({ state }) => state === 'skipped_budget')) throw usedUp(spend.spentUsd, spend.maxUsd);
    refuseLost(fresh, rows.length, run.folder);
    return fresh;
  };
  return {
    checkStop: () => stopping.check(),
    async answers(prompt, rows, split) {
      stopping.check();
      const key = (id: string) => `${prompt.hash} ${id}`;
      const onRow = (row: Predicted) => {
        run.log(prompt.hash, row);
        if (isAnswer(row)) known.set(key(row.id), row);
      };
      const asked = rows.map((row) => ({ id: idOf(row, split), request: row.request })).filter(({ id }) => !known.has(key(id)));
      const fresh = asked.length === 0 ? [] : await ask(await classifierOf(prompt), asked, onRow);
      const lost = new Map(fresh.map((row) => [row.id, row]));
      return rows.map((row) => known.get(key(idOf(row, split))) ?? (lost.get(idOf(row, split)) as Predicted));
    },
    async again(file, rows) {
      const classifier = held(await parts.classifierFor(file), spend, stopping);
      return ask(classifier, rows, () => {});
    },
  };
}

const isAnswer = ({ state }: Predicted): boolean => state === 'ok' || state === 'parse_failed';

/** The same classifier, its worst case put aside on every call and settled after it. */
function held(classifier: EvalClassifier, spend: Spend, stopping: StopSwitch): EvalClassifier {
  const { paid } = classifier;
  if (paid === undefined) return classifier;
  return {
    ...classifier,
    async classify(request, signal) {
      stopping.look();
      signal?.throwIfAborted();
      const { worst } = rangeOf(paid, request) ?? FREE;
      const settle = spend.hold(worst);
      try {
        const answered = await classifier.classify(request, signal);
        settle(answered.source.cached ? 0 : (answered.source.usd ?? worst));
        return answered;
      } catch (error) {
        settle(lostUsd(error, worst, signal));
        throw error;
      }
    },
  };
}

type StopSwitch = { signal: AbortSignal; look(): void; check(): void };

/** Ctrl-C or a file `STOP` in the run folder: calls in flight end, nothing new sets out, and what was answered is kept. */
function stopSwitch(folder: string, { signal }: TuneOptions, { files }: TuneParts): StopSwitch {
  const file = join(folder, 'STOP');
  files.remove(file);
  const controller = new AbortController();
  const both = signal === undefined ? controller.signal : AbortSignal.any([signal, controller.signal]);
  const look = () => {
    if (!controller.signal.aborted && files.exists(file)) controller.abort();
  };
  const check = () => {
    look();
    if (!both.aborted) return;
    throw new RouterError('eval.interrupted', `interrupted; every answer so far is kept in \`${folder}\``, {
      where: folder,
      advice: 'run the same command again to go on from there',
    });
  };
  return { signal: both, look, check };
}

function refuseLost(fresh: readonly Predicted[], rows: number, folder: string): void {
  const lost = fresh.filter(({ state }) => state === 'provider_error');
  if (lost.length <= LOST * rows) return;
  const codes = [...new Set(lost.map(({ error }) => error))].join(', ');
  throw new RouterError('eval.invalid', `${lost.length} of ${rows} labels were lost to the provider (${codes})`, {
    where: folder,
    advice: 'see to the endpoint and run the same command again: answers so far are kept, lost ones are asked for anew',
  });
}
