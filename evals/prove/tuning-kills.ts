import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { seededRandom } from '../../src/core/random.ts';
import type { Finding } from './finding.ts';
import { seedOf } from './tune-world.ts';
import { inFolder } from './tuning.ts';
import { workerArguments } from './worker.ts';

/** Milliseconds an answer takes in the worker, so that kills fall between and into writes. */
const PAUSE = 1;
/** Kills of one run; then it may end. */
const KILLS = 2;

/** Tuning runs killed at random moments and taken up again until they are done: each ends as an unbroken one, with one look at test. */
export async function proveTuningKills(kills: number, seed: number, built?: string): Promise<Finding[]> {
  const random = seededRandom(seed);
  const start = (folder: string, run: string, killAfterMs: number | null) =>
    attempt([...workerArguments('tune-worker', built), folder, run], killAfterMs);
  const tally = { kills: 0, finished: 0, same: 0, looks: 0 };
  while (tally.kills < kills) {
    const run = String(seedOf(seed, tally.finished));
    const whole = await inFolder((folder) => start(folder, run, null));
    await inFolder(async (folder) => {
      let story: string | null = null;
      for (let kill = 0; story === null; kill++) {
        story = await start(folder, run, kill < KILLS ? 1 + random() * 1_500 : null);
        if (story === null) tally.kills++;
      }
      tally.finished++;
      if (story === whole) tally.same++;
      tally.looks += looksIn(folder);
    });
  }
  const found = `${tally.same} of ${tally.finished} the same after ${tally.kills} kills`;
  return [
    { claim: 'a tuning run killed by kill −9 and taken up again ends as an unbroken one', found, holds: tally.same === tally.finished },
    {
      claim: 'test is looked at once, however often the run is taken up',
      found: `${tally.looks} looks in ${tally.finished} runs`,
      holds: tally.looks <= tally.finished,
    },
  ];
}

function looksIn(folder: string): number {
  try {
    return readFileSync(join(folder, 'ledger.jsonl'), 'utf8').trim().split('\n').length;
  } catch {
    return 0;
  }
}

/** One attempt, killed so many milliseconds after its first call; how it ended, or null. */
async function attempt(argv: readonly string[], killAfterMs: number | null): Promise<string | null> {
  const worker = spawn(process.execPath, [...argv, String(PAUSE)], {
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
  });
  let text = '';
  let timer: NodeJS.Timeout | undefined;
  (worker.stdio[3] as NodeJS.ReadableStream).on('data', (chunk: Buffer) => {
    if (text === '' && killAfterMs !== null) timer = setTimeout(() => worker.kill('SIGKILL'), killAfterMs);
    text += chunk.toString('utf8');
  });
  await new Promise((resolve) => worker.once('close', resolve));
  clearTimeout(timer);
  return /^done (.*)$/m.exec(text)?.[1] ?? null;
}
