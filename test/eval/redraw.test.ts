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
    delete metrics.worstSlice;
    metrics.router.deferral = metrics.router.deferral.map(({ usdPer1k, quality }: Record<string, number>) => ({ usdPer1k, quality }));
    files.write(path('metrics.json'), JSON.stringify(metrics));
    const older = (line: string) =>
      JSON.stringify({ ...JSON.parse(line), reference: undefined, implied: undefined, impliedRoute: undefined });
    const served = files.read(path('served.jsonl')).toString().trim().split('\n').map(older);
    files.write(path('served.jsonl'), `${served.join('\n')}\n`);
    redrawReport(outcome.folder, 'runs', files);
    const drawn = files.read(path('report.html')).toString();
    expect(drawn).toContain('not kept: the run is of an earlier version');
    expect(drawn).toContain('this run kept no route to hold its rows against');
    expect(drawn).not.toContain('id="dial-figure"');
    expect(drawn.split('<script')[0]).not.toMatch(/NaN|undefined/);
  });

  it('is refused where there is no complete run', () => {
    expect(() => redrawReport('runs/none', 'runs', memoryFiles())).toThrow(/no complete run/);
  });

  it('tells which file of a run is damaged, and where', async () => {
    const files = memoryFiles({ 'd/dev.csv': csvOf(40, turns) });
    const options = { datasetFile: 'd/dev.csv', runsFolder: 'runs', ledgerFile: 'l', replicates: 100 };
    const outcome = await runEval(options, partsOf({ files, classifiers: [oracle()] }));
    if (outcome.kind !== 'done') throw new Error(outcome.screen);
    const cut = (name: string, bytes: number) =>
      files.write(`${outcome.folder}/${name}`, files.read(`${outcome.folder}/${name}`).toString().slice(0, bytes));
    const whole = files.read(`${outcome.folder}/served.jsonl`).toString();
    cut('served.jsonl', whole.indexOf('\n') + 20);
    expect(() => redrawReport(outcome.folder, 'runs', files)).toThrow(/served\.jsonl:2` is not what the run wrote/);
    cut('metrics.json', 30);
    expect(() => redrawReport(outcome.folder, 'runs', files)).toThrow(expect.objectContaining({ code: 'state.invalid' }));
  });

  it('a damaged baseline is told as such', async () => {
    for (const baseline of ['{"served": [', '[]', '{"served": 1}']) {
      const files = memoryFiles({ 'd/dev.csv': csvOf(40, turns), 'b/dev.json': baseline });
      const options = { datasetFile: 'd/dev.csv', runsFolder: 'runs', ledgerFile: 'l', baselinesFolder: 'b', compare: 'blessed' };
      await expect(runEval(options, partsOf({ files, classifiers: [oracle()] }))).rejects.toMatchObject({
        code: 'state.invalid',
        where: 'b/dev.json',
      });
    }
  });
});
