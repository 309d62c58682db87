import { describe, expect, it } from 'vitest';
import { newestFirst } from '../../src/eval/run-folder.ts';
import { memoryFiles } from './helpers.ts';

describe('runs, the newest first', () => {
  it('are told apart within a second by their manifests, not by their names', () => {
    const started = (startedAt: string) => JSON.stringify({ startedAt });
    const files = memoryFiles({
      'runs/2026-11-21T171910Z-desk-1/manifest.json': started('2026-11-21T17:19:10.900Z'),
      'runs/2026-11-21T171910Z-dev-2/manifest.json': started('2026-11-21T17:19:10.100Z'),
      'runs/2026-11-21T171911Z-alpha/manifest.json': started('2026-11-21T17:19:11.000Z'),
      'runs/2026-11-21T171909Z-zeta/manifest.json': started('2026-11-21T17:19:09.000Z'),
    });
    expect(newestFirst('runs', files).map((name) => name.split('Z-')[1])).toEqual(['alpha', 'desk-1', 'dev-2', 'zeta']);
  });
});
