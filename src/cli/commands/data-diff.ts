import { resolve } from 'node:path';
import { RouterError } from '../../core/errors.ts';
import { diffLabels, type LabelDiff } from '../../eval/data/diff.ts';
import { nodeFiles } from '../../eval/files.ts';
import type { Arguments } from '../flags.ts';
import type { Io } from '../io.ts';
import { taxonomyOf } from '../project.ts';
import { isTable } from './data-check.ts';

/** Says what changed from one version of a labelled set to another. */
export async function diffCommand({ flags, positionals }: Arguments, io: Io): Promise<number> {
  const [older, newer, ...more] = positionals.map((path) => resolve(io.cwd, path));
  if (older === undefined || newer === undefined || more.length > 0) throw usage(`expected two files, found ${positionals.length}`);
  if (isTable(older) || isTable(newer)) throw usage('expected labelled sets, found an outcome table');
  const diff = await diffLabels(older, newer, await taxonomyOf(flags, io), nodeFiles());
  await io.out(flags.on('json') ? `${JSON.stringify(diff)}\n` : screenOf(diff));
  return 0;
}

const SHOWN = 5;

function screenOf({ from, to, rows, added, removed, renamed, textChanged, relabelled, confusion, columns, bad }: LabelDiff): string {
  const line = (name: string, items: readonly string[]) => {
    const shown = items.length === 0 ? '' : `: ${items.slice(0, SHOWN).join(', ')}${items.length > SHOWN ? ', …' : ''}`;
    return `${name.padEnd(14)}${items.length.toLocaleString('en')}${shown}`;
  };
  const cells = Object.entries(confusion).flatMap(([axis, counts]) =>
    Object.entries(counts)
      .sort(([, a], [, b]) => b - a)
      .map(([change, count]) => `  ${axis.padEnd(12)}${change}  ${count}`),
  );
  return [
    `${from} (${rows.from.toLocaleString('en')} rows) → ${to} (${rows.to.toLocaleString('en')} rows), ${rows.same.toLocaleString('en')} the same`,
    line('added', added),
    line('removed', removed),
    line(
      'new id',
      renamed.map((row) => `${row.from} → ${row.to}`),
    ),
    line('text changed', textChanged),
    line(
      'relabelled',
      relabelled.map(({ id, axis, from: old, to: now }) => `${id} ${axis} ${old || 'nothing'} → ${now || 'nothing'}`),
    ),
    ...cells,
    ...(columns.added.length + columns.removed.length > 0
      ? [`columns       ${[...columns.added.map((name) => `+${name}`), ...columns.removed.map((name) => `-${name}`)].join(', ')}`]
      : []),
    ...(bad > 0 ? [`not compared  ${bad} bad row(s): see \`pointsman data check\``] : []),
    '',
  ].join('\n');
}

const usage = (message: string): RouterError =>
  new RouterError('options.invalid', message, { where: 'arguments', advice: 'see `pointsman help data diff`' });
