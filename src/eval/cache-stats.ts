import { join } from 'node:path';
import { isRouterError } from '../core/errors.ts';
import { type Entry, keptAnswers } from './answer-store.ts';
import type { EvalFiles } from './parts.ts';
import { newestFirst } from './run-folder.ts';
import { type LoggedRow, recoverLog } from './run-log.ts';

/** Dollars as far as they are known, and for how many answers they are not. */
export type Known = { knownUsd: number; unknown: number };

/** Answers of one asker to one model. `cost` is what they cost when they were given. */
export type KeptBy = { who: string; model: string | null; answers: number; bytes: number; cost: Known };

export type CacheStats = {
  folder: string;
  answers: number;
  bytes: number;
  cost: Known;
  /** Entries that cannot be read: they count as never asked. */
  damaged: number;
  /** The most first. */
  by: KeptBy[];
  /** Over the runs there are: answers of models they rest on, those of them that were remembered, and what those would have cost again. */
  hits: { runs: number; answers: number; remembered: number; saved: Known; damagedRuns: number };
};

/** What a folder of remembered answers holds, and what it saved. Reads, and changes nothing. */
export function cacheStats(folder: string, runsFolder: string, files: EvalFiles): CacheStats {
  const groups = new Map<string, KeptBy>();
  let damaged = 0;
  let bytes = 0;
  for (const kept of keptAnswers(folder, files)) {
    bytes += kept.bytes;
    if (kept.entry === null) damaged++;
    else addTo(groups, kept.entry, kept.bytes);
  }
  const by = [...groups.values()].sort((a, b) => b.answers - a.answers || (a.who < b.who ? -1 : 1));
  const answers = by.reduce((sum, group) => sum + group.answers, 0);
  return { folder, answers, bytes, cost: totalOf(by.map(({ cost }) => cost)), damaged, by, hits: hitsOf(runsFolder, files) };
}

function addTo(groups: Map<string, KeptBy>, { who, model, usd }: Entry, bytes: number): void {
  const name = String(who.classifier ?? who.task ?? who.model ?? 'unnamed');
  const key = JSON.stringify([name, model]);
  const group = groups.get(key) ?? { who: name, model, answers: 0, bytes: 0, cost: { knownUsd: 0, unknown: 0 } };
  groups.set(key, { ...group, answers: group.answers + 1, bytes: group.bytes + bytes, cost: plus(group.cost, usd) });
}

const plus = ({ knownUsd, unknown }: Known, more: number | null): Known => ({
  knownUsd: knownUsd + (more ?? 0),
  unknown: unknown + (more === null ? 1 : 0),
});

const totalOf = (all: readonly Known[]): Known =>
  all.reduce((sum, { knownUsd, unknown }) => ({ knownUsd: sum.knownUsd + knownUsd, unknown: sum.unknown + unknown }), {
    knownUsd: 0,
    unknown: 0,
  });

function hitsOf(runsFolder: string, files: EvalFiles): CacheStats['hits'] {
  let hits: CacheStats['hits'] = { runs: 0, answers: 0, remembered: 0, saved: { knownUsd: 0, unknown: 0 }, damagedRuns: 0 };
  for (const name of newestFirst(runsFolder, files)) {
    const path = join(runsFolder, name, 'rows.jsonl');
    if (!files.exists(path)) continue;
    const rows = modelRows(path, files);
    if (rows === null) hits = { ...hits, damagedRuns: hits.damagedRuns + 1 };
    if (rows === null || rows.length === 0) continue;
    const remembered = rows.filter(({ cached }) => cached);
    hits = {
      ...hits,
      runs: hits.runs + 1,
      answers: hits.answers + rows.length,
      remembered: hits.remembered + remembered.length,
      saved: remembered.reduce((sum, { usd }) => plus(sum, usd), hits.saved),
    };
  }
  return hits;
}

/** The rows of a run that a model answered; null when they are damaged. */
function modelRows(path: string, files: EvalFiles): LoggedRow[] | null {
  try {
    return recoverLog(files.read(path), path).rows.filter(({ state, model, cached }) => state === 'ok' && (model !== null || cached));
  } catch (error) {
    if (isRouterError(error)) return null;
    throw error;
  }
}
