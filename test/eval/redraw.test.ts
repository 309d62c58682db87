import { describe, expect, it } from 'vitest';
import { Gate } from '../../src/eval/gate.ts';
import { redrawReport } from '../../src/eval/redraw.ts';
import { runEval } from '../../src/eval/run.ts';
import { runTable } from '../../src/eval/table/run.ts';
import { classifierOf, csvOf, memoryFiles, oracle, partsOf, turns } from './helpers.ts';
import { specialists, tableFiles } from './table/helpers.ts';

const blind = classifierOf('oracle', () => ({ complexity: 'low', domain: 'code', risk: 'low' }));
const gate = Gate.parse({ floors: { 'complexity.accuracy': 0.9 } });

describe('a report drawn again from its run’s files', () => {
  it('is the same, byte for byte: comparison and gate, too', async () => {
    const files = memoryFiles({ 'd/dev.csv': csvOf(60, turns) });
    const options = { datasetFile: 'd/dev.csv', runsFolder: 'runs', ledgerFile: 'l', replicates: 100 };
    await runEval(options, partsOf({ files, classifiers: [oracle()] }));
    const outcome = await runEval({ ...options, compare: 'last', gate }, partsOf({ files, classifiers: [{ ...blind, version: '2' }] }));
    if (outcome.kind !== 'done') throw new Error(outcome.screen);
    const drawn = files.read(`${outcome.folder}/report.html`).toString();
    expect(drawn).toContain('Gate: FAIL');
    expect(drawn).toContain('What flipped.');
    redrawReport(outcome.folder, 'runs', files);
    expect(files.read(`${outcome.folder}/report.html`).toString()).toBe(drawn);
  });

  it('leaves out what a run of an earlier version did not keep', async () => {
    const files = tableFiles(specialists(120));
    const outcome = await runTable({ outcomes: 't/fake', runsFolder: 'runs', replicates: 100 }, partsOf({ files, classifiers: [blind] }));
    if (outcome.kind !== 'done') throw new Error(outcome.screen);
    const path = (name: string) => `${outcome.folder}/${name}`;
    const metrics = JSON.parse(files.read(path('metrics.json')).toString());
    delete metrics.labels;
    metrics.router.deferral = metrics.router.deferral.map(({ usdPer1k, quality }: Record<string, number>) => ({ usdPer1k, quality }));
    files.write(path('metrics.json'), JSON.stringify(metrics));
    const older = (line: string) =>
      JSON.stringify({ ...JSON.parse(line), reference: undefined, implied: undefined, impliedRoute: undefined });
    const served = files.read(path('served.jsonl')).toString().trim().split('\n').map(older);
    files.write(path('served.jsonl'), `${served.join('\n')}\n`);
    redrawReport(outcome.folder, 'runs', files);
    const drawn = files.read(path('report.html')).toString();
    expect(drawn).toContain('this run kept no route to hold its rows against');
    expect(drawn).not.toContain('id="dial-figure"');
    expect(drawn.split('<script')[0]).not.toMatch(/NaN|undefined/);
  });

  it('is refused where there is no complete run', () => {
    expect(() => redrawReport('runs/none', 'runs', memoryFiles())).toThrow(/no complete run/);
  });
});
