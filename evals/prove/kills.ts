import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Random, seededRandom } from '../../src/core/random.ts';
import { nodeFiles } from '../../src/eval/files.ts';
import { headOf } from '../../src/eval/run-folder.ts';
import { recoverLog } from '../../src/eval/run-log.ts';
import type { Finding } from './finding.ts';
import { workerArguments } from './worker.ts';

const ROWS = 400;
/** Milliseconds a label takes in the worker, so that kills fall between and into writes. */
const PAUSE = 1;

/** Evaluations killed at random moments and taken up again until they are done: what was acknowledged is there, and the metrics are the same bytes. */
export async function proveKills(kills: number, seed: number, built?: string): Promise<Finding[]> {
  const folder = mkdtempSync(join(tmpdir(), 'pointsman-kills-'));
  try {
    const dataset = join(folder, 'kill.csv');
    writeFileSync(dataset, csv());
    const start = (runs: string, killAfterMs: number | null) =>
      attempt([...workerArguments('kill-worker', built), dataset, runs], killAfterMs);
    const wanted = readFileSync(join((await start(join(folder, 'whole'), null)).folder ?? '', 'metrics.json'), 'utf8');
    const random = seededRandom(seed);
    const tally = { kills: 0, lost: 0, doubled: 0, differing: 0, finished: 0 };
    while (tally.kills < kills) {
      const runs = join(folder, `runs-${tally.finished}`);
      await untilDone(start, runs, wanted, random, tally);
    }
    return findings(tally);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Tally = { kills: number; lost: number; doubled: number; differing: number; finished: number };

function findings({ kills, lost, doubled, differing, finished }: Tally): Finding[] {
  const found = `${kills} kills, ${finished} runs finished`;
  return [
    { claim: 'acknowledged rows lost to kill −9: none', found: `${lost} lost (${found})`, holds: lost === 0 },
    { claim: 'rows asked again although acknowledged: none', found: `${doubled} asked again`, holds: doubled === 0 },
    { claim: 'metrics of a resumed run are the same bytes', found: `${differing} of ${finished} differ`, holds: differing === 0 },
  ];
}

type Start = (runs: string, killAfterMs: number | null) => ReturnType<typeof attempt>;

async function untilDone(start: Start, runs: string, wanted: string, random: Random, tally: Tally): Promise<void> {
  const acknowledged = new Set<string>();
  for (;;) {
    const attempted = await start(runs, 1 + random() * 500);
    const { rows } = attempted;
    const folder = attempted.folder ?? completeRun(runs);
    for (const id of rows) {
      if (acknowledged.has(id)) tally.doubled++;
      acknowledged.add(id);
    }
    if (folder !== null) {
      const kept = new Set(recoverLog(readFileSync(join(folder, 'rows.jsonl')), 'rows.jsonl').rows.map(({ id }) => id));
      for (const id of acknowledged) if (!kept.has(id)) tally.lost++;
      if (readFileSync(join(folder, 'metrics.json'), 'utf8') !== wanted) tally.differing++;
      tally.finished++;
      return;
    }
    tally.kills++;
  }
}

/** A run that was complete before the kill came, but could not say so any more. */
function completeRun(runs: string): string | null {
  const files = nodeFiles();
  const folders = files.list(runs).map((name) => join(runs, name));
  return folders.find((folder) => headOf(folder, files)?.status === 'complete') ?? null;
}

/** One attempt, killed after so many milliseconds of work; what it acknowledged, and its folder if it came to an end. */
async function attempt(argv: readonly string[], killAfterMs: number | null): Promise<{ rows: string[]; folder: string | null }> {
  const worker = spawn(process.execPath, [...argv, String(PAUSE)], {
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
  });
  const told = worker.stdio[3] as NodeJS.ReadableStream;
  let text = '';
  let timer: NodeJS.Timeout | undefined;
  told.on('data', (chunk: Buffer) => {
    if (text === '' && killAfterMs !== null) timer = setTimeout(() => worker.kill('SIGKILL'), killAfterMs);
    text += chunk.toString('utf8');
  });
  await new Promise((resolve) => worker.once('close', resolve));
  clearTimeout(timer);
  const lines = text.split('\n').slice(0, -1);
  const folder = lines.find((line) => line.startsWith('done '))?.slice(5) ?? null;
  return { rows: lines.filter((line) => !line.startsWith('done ')), folder };
}

function csv(): string {
  const levels = ['low', 'medium', 'high'];
  const lines = Array.from(
    { length: ROWS },
    (_, row) => `k${row},question ${'x'.repeat(row % 17)} ${row},${levels[row % 3]},code,${levels[row % 2]}`,
  );
  return `id,text,complexity,domain,risk\n${lines.join('\n')}\n`;
}
