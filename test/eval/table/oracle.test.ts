import { describe, expect, it } from 'vitest';
import { runTable } from '../../../src/eval/table/run.ts';
import { classifierOf, partsOf } from '../helpers.ts';
import { type FakeTable, tableFiles } from './helpers.ts';

const coin = (_row: number, random: () => number) => (random() < 0.7 ? 1 : 0);
const five: FakeTable = {
  rows: 600,
  models: Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((name) => [name, { input: 1, output: 1, quality: coin }])),
};

async function controlsOf(answers: number) {
  const files = tableFiles({ ...five, seed: 1 });
  for (let seed = 2; seed <= answers; seed++) {
    const again = tableFiles({ ...five, seed })
      .read('t/fake.outcomes.csv')
      .toString();
    files.append(
      't/fake.outcomes.csv',
      again
        .split('\n')
        .slice(1)
        .filter((line) => line !== '')
        .join('\n'),
    );
  }
  const classifier = classifierOf('same', () => ({ complexity: 'low', domain: 'code', risk: 'low' }));
  const outcome = await runTable(
    { outcomes: 't/fake', runsFolder: 'runs', replicates: 100 },
    partsOf({ files, classifiers: [classifier] }),
  );
  if (outcome.kind !== 'done') throw new Error(outcome.screen);
  return outcome;
}

describe('controls', () => {
  it('keep their names beside classifiers that are called the same', async () => {
    const blind = (name: string) => classifierOf(name, () => ({ complexity: 'low', domain: 'code', risk: 'low' }));
    const classifiers = [blind('same'), blind('random'), blind('length')];
    const parts = partsOf({ files: tableFiles({ ...five, seed: 1 }), classifiers });
    const outcome = await runTable({ outcomes: 't/fake', runsFolder: 'runs', replicates: 100 }, parts);
    if (outcome.kind !== 'done') throw new Error(outcome.screen);
    expect(Object.keys(outcome.metrics.controls)).toEqual(expect.arrayContaining(['random', 'router: random', 'length', 'router: length']));
    expect(Object.keys(outcome.metrics.controls.random?.mix ?? {}).sort()).toEqual(['a', 'b', 'c', 'd', 'e']);
  });
});

describe('oracles on five equal models at .7', () => {
  it('a single-draw oracle is nearly always right by luck alone; the cross-fitted one is no better than any model', async () => {
    const { metrics, screen } = await controlsOf(2);
    expect(metrics.controls.oracle?.quality).toBeGreaterThan(0.9);
    expect(metrics.controls.oracleCrossFitted?.quality).toBeGreaterThan(0.63);
    expect(metrics.controls.oracleCrossFitted?.quality).toBeLessThan(0.77);
    expect(screen).toContain('oracleCrossFitted');
  });

  it('without a second answer to every cell there is no cross-fitted oracle', async () => {
    expect((await controlsOf(1)).metrics.controls).not.toHaveProperty('oracleCrossFitted');
  });
});
