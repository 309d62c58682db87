import { compareRuns } from '../../src/eval/compare.ts';
import type { ServedRow } from '../../src/eval/served.ts';

export const row = (id: string, value: string, change: Partial<ServedRow> = {}): ServedRow => ({
  id,
  cluster: id,
  slices: ['language:en'],
  gold: { complexity: 'low', risk: 'low' },
  label: { complexity: { value, confidence: 0.9 }, risk: { value: 'low', confidence: 0.9 } },
  state: 'ok',
  model: 'm',
  quality: value === 'low' ? 0.9 : 0.8,
  usd: 0.001,
  text: `text of ${id}`,
  ...change,
});

export const rows = (count: number, value: (index: number) => string, change: (index: number) => Partial<ServedRow> = () => ({})) =>
  Array.from({ length: count }, (_, index) => row(`r${index}`, value(index), change(index)));

export const reference = { name: 'before', hash: 'abc', startedAt: '2026-11-20T00:00:00.000Z' };

export const compare = (before: ServedRow[], after: ServedRow[]) =>
  compareRuns({ before, after, reference, changed: ['classifiers'], seed: 3, replicates: 400 });
