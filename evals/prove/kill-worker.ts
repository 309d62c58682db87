import { writeSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { build } from '../../src/config/build.ts';
import { axisLabel, localSource } from '../../src/core/label.ts';
import { nodeFiles, nodeProcess } from '../../src/eval/files.ts';
import type { EvalClassifier } from '../../src/eval/parts.ts';
import { runEval } from '../../src/eval/run.ts';

/** One evaluation in a process of its own, to be killed: says each row it has acknowledged on descriptor 3. */
const [datasetFile = '', runsFolder = '', pause = '0'] = process.argv.slice(2);
const { parts } = build({});
const wait = () => new Promise<void>((resolve) => setTimeout(resolve, Number(pause)));
const files = nodeFiles();

/** Answers from the text alone, so that every attempt says the same of a row. */
const echo: EvalClassifier = {
  name: 'echo',
  classify: async ({ id = '', messages }) => {
    await wait();
    const chance = ((id.length + String(messages[0]?.content).length) % 10) / 10;
    const label = {
      complexity: axisLabel({ low: chance, medium: (1 - chance) / 2, high: (1 - chance) / 2 }),
      domain: axisLabel({ code: chance, general: 1 - chance }),
      risk: axisLabel({ low: 1 - chance / 3, medium: chance / 6, high: chance / 6 }),
    };
    return { label, source: localSource('echo') };
  },
};

const telling: typeof files = {
  ...files,
  openLog: (path) => {
    const log = files.openLog(path);
    const append = (line: string) => {
      log.append(line);
      writeSync(3, `${(JSON.parse(line) as { id: string }).id}\n`);
    };
    return { ...log, append };
  },
};

const outcome = await runEval(
  { datasetFile, runsFolder, ledgerFile: `${runsFolder}/ledger.jsonl`, replicates: 100, jobs: 4 },
  {
    taxonomy: parts.taxonomy,
    policy: parts.policy,
    classifiers: [echo],
    factsOf: parts.factsOf,
    files: telling,
    clock: { now: Date.now, monotonic: () => performance.now() },
    process: nodeProcess(),
    context: { argv: [], versions: {}, git: null },
  },
);
if (outcome.kind === 'done') writeSync(3, `done ${outcome.folder}\n`);
