import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRouterError } from '../../src/core/errors.ts';
import type { TuneOptions } from '../../src/learn/tune/parts.ts';
import type { TuneResult } from '../../src/learn/tune/report.ts';
import { tunePrompt } from '../../src/learn/tune/tune.ts';
import type { Finding } from './finding.ts';
import { MARKERS, type Proposal, type World } from './simulated-model.ts';
import { billOf, dataOf, type Meter, seedOf, simulatedOptions, simulatedParts, worldOf } from './tune-world.ts';

/** The tuner against a model whose truth is known: it finds what helps, refuses what only seems to, and never copies or overspends. */
export async function proveTuning(runs: number, seed: number, counts?: Parameters<typeof worldOf>[2]): Promise<Finding[]> {
  const worldFor = (menu: readonly Proposal[], run: number) => worldOf(menu, seedOf(seed, run), counts);
  return [
    await provesA(runs, worldFor),
    await provesB(runs, worldFor),
    await provesC(runs, worldFor),
    await provesNull(runs, worldFor),
    ...(await provesCap(Math.ceil(runs / 4), worldFor)),
  ];
}

type WorldFor = (menu: readonly Proposal[], run: number) => World;

const share = (count: number, runs: number): string => `${count} of ${runs}`;

async function provesA(runs: number, worldFor: WorldFor): Promise<Finding> {
  let [proposed, holds] = [0, 0];
  for (let run = 0; run < runs; run++) {
    await inFolder(async (folder) => {
      const { ending, trials } = await tuned(worldFor(['marker A', 'nothing', 'schema', 'gibberish', 'marker C'], run), folder);
      if (wasProposed(trials, 'marker A')) proposed++;
      if (ending.kind === 'accepted' && readFileSync(ending.written, 'utf8').includes(MARKERS.A)) holds++;
    });
  }
  const claim = 'a patch that helps everywhere is found and written, if it is proposed at all, in nineteen runs of twenty';
  return { claim, found: `${share(holds, proposed)}, ${runs} runs`, holds: proposed > 0 && holds >= Math.floor(0.95 * proposed) };
}

const wasProposed = (trials: TuneResult['trials'], what: string): boolean => trials.some(({ diagnosis }) => diagnosis.endsWith(what));

async function provesB(runs: number, worldFor: WorldFor): Promise<Finding> {
  let [proposed, opened, refused] = [0, 0, 0];
  for (let run = 0; run < runs; run++) {
    const { ending, trials } = await inFolder((folder) => tuned(worldFor(['marker B', 'nothing'], run), folder));
    if (wasProposed(trials, 'marker B')) proposed++;
    if (ending.kind !== 'no-gain') opened++;
    if (ending.kind === 'refused') refused++;
  }
  const claim = 'a patch that helps dev and hurts test opens test and is refused, every time';
  const found = `${share(refused, opened)} refused, proposed in ${proposed} of ${runs} runs`;
  return { claim, found, holds: refused === opened && opened > 0 && opened >= Math.floor(0.95 * proposed) };
}

async function provesC(runs: number, worldFor: WorldFor): Promise<Finding> {
  let [tried, stopped] = [0, 0];
  for (let run = 0; run < runs; run++) {
    const { trials } = await inFolder((folder) => tuned(worldFor(['marker C'], run), folder));
    const patches = trials.filter(({ origin }) => origin === 'patch');
    tried += patches.length;
    stopped += patches.filter(({ outcome, why }) => outcome === 'rejected' && /copies 8 words/.test(why)).length;
  }
  return {
    claim: 'a patch that copies a row is rejected before anything is asked with it',
    found: share(stopped, tried),
    holds: stopped === tried && tried >= runs,
  };
}

/** Where nothing helps, one run in twenty may be fooled by dev, and test stands behind it. */
async function provesNull(runs: number, worldFor: WorldFor): Promise<Finding> {
  let accepted = 0;
  for (let run = 0; run < runs; run++) {
    const world = { ...worldFor(['nothing'], run), noise: 0.3 };
    const { ending } = await inFolder((folder) => tuned(world, folder, { mode: 'both' }));
    if (ending.kind === 'accepted') accepted++;
  }
  return {
    claim: 'where nothing helps, at most one run in twenty ends with a new prompt',
    found: share(accepted, runs),
    holds: accepted <= Math.max(1, Math.ceil(0.05 * runs + 2 * Math.sqrt(0.05 * runs))),
  };
}

/** Stopped at a cap, the bill is within it; taken up again with more, the run ends as if it had never stopped. */
async function provesCap(runs: number, worldFor: WorldFor): Promise<Finding[]> {
  const tally = { attempts: 0, within: 0, stopped: 0, same: 0 };
  for (let run = 0; run < runs; run++) {
    const world = worldFor(['marker A', 'nothing'], run);
    const whole = storyOf(await inFolder((folder) => tuned(world, folder, PATIENT)));
    await inFolder(async (folder) => {
      const ended = await inSmallSteps(world, folder, tally);
      if (storyOf(ended) === whole) tally.same++;
    });
  }
  const { attempts, within, stopped, same } = tally;
  const found = `${share(within, attempts)} attempts, ${stopped} stopped`;
  return [
    { claim: 'the bill never passes the cap', found, holds: within === attempts && stopped >= runs },
    { claim: 'a run stopped at its cap and taken up again ends as an unbroken one', found: share(same, runs), holds: same === runs },
  ];
}

/** Long enough a search for the cap to fall into it. */
const PATIENT = { patience: 10 } as const;

/** The same run again and again with a few cents more, until they suffice. */
async function inSmallSteps(
  world: World,
  folder: string,
  tally: { attempts: number; within: number; stopped: number },
): Promise<TuneResult> {
  const meter: Meter = { labels: 0, reflections: 0 };
  for (let maxUsd = await leastUsd(world, folder); ; maxUsd += 0.08) {
    const ended = await tuned(world, folder, { ...PATIENT, maxUsd }, meter).catch(nullAtCap);
    tally.attempts++;
    if (billOf(meter) <= maxUsd + 1e-9) tally.within++;
    if (ended !== null) return ended;
    tally.stopped++;
  }
}

/** What the tuner wants before it begins. */
async function leastUsd(world: World, folder: string): Promise<number> {
  const outcome = await tunePrompt(
    dataOf(world),
    simulatedOptions(folder, { ...PATIENT, dryRun: true }),
    simulatedParts(world, { labels: 0, reflections: 0 }),
  );
  const worst = outcome.kind === 'estimate' ? outcome.plan.worst : null;
  return worst === null ? 0 : worst.start + worst.round + worst.end;
}

function nullAtCap(error: unknown): null {
  if (isRouterError(error) && error.code === 'budget.exceeded') return null;
  throw error;
}

export async function tuned(
  world: World,
  folder: string,
  options: Partial<TuneOptions> = {},
  meter: Meter = { labels: 0, reflections: 0 },
  pause?: () => Promise<void>,
): Promise<TuneResult> {
  const outcome = await tunePrompt(dataOf(world), simulatedOptions(folder, options), simulatedParts(world, meter, pause));
  if (outcome.kind === 'done') return outcome.result;
  throw new Error(outcome.screen);
}

/** All that a run found, without where it lay and what it cost. */
export function storyOf({ ending, trials }: TuneResult): string {
  const { written: _, ...told } = { written: '', ...ending };
  return JSON.stringify({ told, trials: trials.map(({ what: __, ...trial }) => trial) });
}

export async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'pointsman-tune-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
