import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { RouterError } from '../../core/errors.ts';
import { type CacheStats, cacheStats, type Known } from '../../eval/cache-stats.ts';
import { nodeFiles } from '../../eval/files.ts';
import { plainText, table, usdText } from '../../eval/report/format.ts';
import type { Arguments } from '../flags.ts';
import type { Io } from '../io.ts';
import { runsFolderOf } from '../runs.ts';

/** Says what the remembered answers hold, and what they saved. */
export async function cacheStatsCommand({ flags }: Arguments, io: Io): Promise<number> {
  const given = flags.text('cache-folder');
  const folder = resolve(io.cwd, given ?? '.pointsman/cache/answers');
  if (given !== undefined && !existsSync(folder)) {
    const advice = 'name the folder that `--cache-folder` of `eval` was given';
    throw new RouterError('input.not-found', `there is no folder \`${folder}\``, { where: '--cache-folder', advice });
  }
  const stats = cacheStats(folder, runsFolderOf(flags, io), nodeFiles());
  await io.out(flags.on('json') ? `${JSON.stringify({ schemaVersion: 1, ...stats })}\n` : screenOf(stats));
  return 0;
}

function screenOf({ folder, answers, bytes, cost, damaged, by, hits }: CacheStats): string {
  const kept = [`${count(answers)} answers`, bytesText(bytes), `${knownText(cost)} when they were given`];
  const lines = [
    `ANSWERS  ${answers === 0 && damaged === 0 ? 'none' : kept.join(' · ')} · ${folder}`,
    ...(damaged === 0 ? [] : [`DAMAGED  ${count(damaged)} entries cannot be read: they are asked for anew`]),
    `HITS     ${hitsText(hits)}`,
  ];
  const rows = by.map((each) => [
    plainText(each.who),
    plainText(each.model ?? 'no model asked'),
    count(each.answers),
    bytesText(each.bytes),
    knownText(each.cost),
  ]);
  return `${[...lines, ...(rows.length === 0 ? [] : ['', table(['asked by', 'answered by', 'answers', 'size', 'list price'], rows)])].join('\n')}\n`;
}

function hitsText({ runs, answers, remembered, saved, damagedRuns }: CacheStats['hits']): string {
  const damaged = damagedRuns === 0 ? '' : `; ${damagedRuns} runs with damaged rows are not counted`;
  if (answers === 0) return `no run here rests on answers of a model${damaged}`;
  const share = Math.round((remembered / answers) * 100);
  return `${count(remembered)} of ${count(answers)} answers of models in ${runs} run${runs === 1 ? '' : 's'} were remembered (${share} %): ${knownText(saved)} not spent again${damaged}`;
}

const count = (value: number): string => value.toLocaleString('en');

function knownText({ knownUsd, unknown }: Known): string {
  if (knownUsd === 0 && unknown > 0) return 'dollars unknown';
  return `${usdText(knownUsd)}${unknown === 0 ? '' : ` (and ${count(unknown)} of unknown price)`}`;
}

function bytesText(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1_000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
