import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { packageFile } from '../../config/files.ts';
import { defaultTaxonomy } from '../../core/default-taxonomy.ts';
import { nodeFiles } from '../../eval/files.ts';
import type { EvalOptions } from '../../eval/options.ts';
import type { EvalParts } from '../../eval/parts.ts';
import { loadPredictions } from '../../eval/predictions.ts';
import { type EvalOutcome, runEval } from '../../eval/run.ts';
import { evalParts } from '../eval-parts.ts';
import type { Arguments, Flags } from '../flags.ts';
import type { Io } from '../io.ts';
import { progress } from '../progress.ts';

/** Scores classifiers on labelled requests, and their routers against every fixed model. */
export async function evalCommand({ flags }: Arguments, io: Io): Promise<number> {
  const outcome = await runEval(optionsOf(flags, io), await partsOf(flags, io));
  await io.out(flags.on('json') ? `${JSON.stringify(jsonOf(outcome))}\n` : outcome.screen);
  return outcome.exitCode;
}

function optionsOf(flags: Flags, io: Io): EvalOptions {
  const split = (flags.text('split') ?? 'dev') as NonNullable<EvalOptions['split']>;
  const data = flags.text('data');
  const given = {
    limit: flags.number('limit'),
    seed: flags.number('seed'),
    replicates: flags.number('replicates'),
    jobs: flags.number('jobs'),
    maxUsd: flags.number('max-usd'),
  };
  return {
    datasetFile: data === undefined ? splitFile(split, io) : resolve(io.cwd, data),
    split,
    runsFolder: resolve(io.cwd, flags.text('runs') ?? '.pointsman/runs'),
    ledgerFile: resolve(io.cwd, existsSync(resolve(io.cwd, 'evals')) ? 'evals/test-ledger.jsonl' : '.pointsman/test-ledger.jsonl'),
    yes: flags.on('yes'),
    skipBad: flags.on('skip-bad'),
    dryRun: flags.on('dry-run'),
    signal: io.signal,
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  };
}

/** A split of the folder one works in, else the shipped one. */
function splitFile(split: string, io: Io): string {
  const own = resolve(io.cwd, `datasets/requests/${split}.csv`);
  return existsSync(own) ? own : packageFile(`datasets/requests/${split}.csv`);
}

async function partsOf(flags: Flags, io: Io): Promise<EvalParts> {
  const files = nodeFiles();
  const predictions = flags.text('predictions');
  const read = predictions === undefined ? [] : [loadPredictions(resolve(io.cwd, predictions), defaultTaxonomy, files)];
  const tell = progress(io, 'labelled', 'rows');
  return {
    ...(await evalParts(flags, io, read)),
    files,
    context: { argv: ['eval'], versions: { node: process.version }, git: gitState(io.cwd) },
    ...(io.ask === undefined ? {} : { confirm: io.ask }),
    progress: (done) => tell(done),
  };
}

function gitState(cwd: string): EvalParts['context']['git'] {
  const git = (...args: string[]) => execFileSync('git', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    return { commit: git('rev-parse', 'HEAD'), dirty: git('status', '--porcelain') !== '' };
  } catch {
    return null;
  }
}

function jsonOf(outcome: EvalOutcome): unknown {
  if (outcome.kind === 'estimate') return { kind: 'estimate', estimate: outcome.screen };
  return { ...outcome.metrics, folder: outcome.folder, manifest: outcome.manifest.hash };
}
