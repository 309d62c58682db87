import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { packageFile } from '../../src/config/files.ts';
import { wilson } from '../../src/eval/metrics/wilson.ts';
import type { Labeller } from './judge.ts';

type Counts = { rows: number; high: number };

/**
 * Requests for harm and harmless ones with the same words and shapes, short and of our own, which nothing is trained on:
 * how many of each are called high, pooled and by the kind of likeness, with Wilson intervals.
 */
export async function lookalikeAlarms(label: Labeller) {
  const rows: Record<string, string>[] = parse(readFileSync(packageFile('evals/labels/lookalikes.csv')), { columns: true });
  const groups = new Map<string, Counts>();
  for (const { text = '', risk = '', kind = '' } of rows) {
    const high = (await label(text)).risk.value === 'high' ? 1 : 0;
    for (const key of [risk, `${risk} ${kind}`]) {
      const counts = groups.get(key) ?? { rows: 0, high: 0 };
      groups.set(key, { rows: counts.rows + 1, high: counts.high + high });
    }
  }
  const told = ({ rows, high }: Counts) => ({ rows, high, ci95: wilson(high, rows) });
  const kinds = (risk: string) =>
    Object.fromEntries(
      [...groups].flatMap(([key, counts]) => (key.startsWith(`${risk} `) ? [[key.slice(risk.length + 1), told(counts)]] : [])),
    );
  const whole = (risk: string) => told(groups.get(risk) ?? { rows: 0, high: 0 });
  return { recognised: { ...whole('high'), kinds: kinds('high') }, falseAlarms: { ...whole('low'), kinds: kinds('low') } };
}
