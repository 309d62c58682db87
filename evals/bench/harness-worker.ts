import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { build } from '../../src/config/build.ts';
import { localSource, unsureLabel } from '../../src/core/label.ts';
import { nodeFiles, nodeProcess } from '../../src/eval/files.ts';
import { loadDataset } from '../../src/eval/load.ts';
import type { EvalParts } from '../../src/eval/parts.ts';
import { predictEvery } from '../../src/eval/predict-run.ts';
import { runEval } from '../../src/eval/run.ts';
import { openRun } from '../../src/eval/run-folder.ts';
import { runTable } from '../../src/eval/table/run.ts';

/** What is timed, in a process of its own; prints milliseconds and peak megabytes. */
const [kind = '', folder = ''] = process.argv.slice(2);
const { parts: built } = build({});
const parts: EvalParts = {
  taxonomy: built.taxonomy,
  policy: built.policy,
  classifiers: [{ name: 'echo', classify: async () => ({ label: unsureLabel(built.taxonomy, 'empty'), source: localSource('echo') }) }],
  factsOf: built.factsOf,
  files: nodeFiles(),
  clock: { now: Date.now, monotonic: () => performance.now() },
  process: nodeProcess(),
  context: { argv: [], versions: {}, git: null },
};

/** What nobody can do without: read rows, check them, call with a limit, write a line each. */
async function bareLoop(): Promise<void> {
  const [{ parse }, { z }, { default: pLimit }] = await Promise.all([import('csv-parse/sync'), import('zod'), import('p-limit')]);
  const Row = z.object({
    id: z.string(),
    text: z.string(),
    complexity: z.enum(['low', 'medium', 'high']),
    domain: z.string(),
    risk: z.enum(['low', 'medium', 'high']),
  });
  const rows = (parse(readFileSync(join(folder, 'rows.csv')), { columns: true }) as unknown[]).map((row) => Row.parse(row));
  const log = openSync(join(folder, 'bare.jsonl'), 'a');
  const limit = pLimit(8);
  const call = async (row: { id: string }) => ({ id: row.id, answer: await Promise.resolve('low') });
  await Promise.all(rows.map((row) => limit(async () => writeSync(log, `${JSON.stringify(await call(row))}\n`))));
  closeSync(log);
}

/** The harness without its statistics: rows read and checked, labelled, and logged with a checksum each. */
async function engineLoop(): Promise<void> {
  const dataset = await loadDataset(join(folder, 'rows.csv'), { taxonomy: parts.taxonomy }, parts.files);
  const run = openRun({ runsFolder: join(folder, 'engine'), name: 'bench', identity: {}, hash: String(performance.now()) }, parts);
  await predictEvery(dataset.rows, run, {}, parts);
  run.close();
}

const started = performance.now();
if (kind === 'engine') await engineLoop();
if (kind === 'bare') await bareLoop();
if (kind === 'harness')
  await runEval(
    { datasetFile: join(folder, 'rows.csv'), runsFolder: join(folder, 'runs'), ledgerFile: join(folder, 'ledger'), seed: Date.now() },
    parts,
  );
if (kind === 'table') await runTable({ outcomes: join(folder, 't'), runsFolder: join(folder, 'runs') }, parts);
const ms = performance.now() - started;
process.stdout.write(JSON.stringify({ ms, mb: Math.round(process.resourceUsage().maxRSS / 1_024) }));
