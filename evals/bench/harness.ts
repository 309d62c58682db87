import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defaultTaxonomy } from '../../src/core/default-taxonomy.ts';
import { seededRandom } from '../../src/core/random.ts';
import { axisValues } from '../../src/core/taxonomy.ts';

/** Wall time and peak memory of the harness and of a bare loop over the same rows, each in a process of its own. */
export type HarnessTiming = {
  rows: number;
  /** A bare loop of csv-parse, zod, p-limit and JSONL. */
  bareMs: number;
  /** Our loop: rows read and checked, labelled, logged with checksums. */
  engineMs: number;
  engineRatio: number;
  engineMb: number;
  /** The whole of `eval`: simulation, 2,000 bootstrap replicates and reports as well. */
  wholeMs: number;
  /** Peak memory of the built command on the same rows, answers read from a file: what a user's machine must have. */
  commandMb: number;
  table: { outcomeRows: number; seconds: number };
};

const WORKER = fileURLToPath(new URL('./harness-worker.ts', import.meta.url));
const COMMAND = fileURLToPath(new URL('../../dist/cli/bin.js', import.meta.url));
const RUNS = 5;

/** 1,000 rows with an echo classifier against csv-parse, zod, p-limit and JSONL alone; and a table of 100,000 outcomes with 2,000 replicates. */
export function harnessTiming(): HarnessTiming {
  const folder = mkdtempSync(join(tmpdir(), 'pointsman-bench-'));
  try {
    writeFileSync(join(folder, 'rows.csv'), csv(1_000));
    const [bare, engine, whole] = (['bare', 'engine', 'harness'] as const).map((kind) => medianOf(kind, folder)) as [
      Measured,
      Measured,
      Measured,
    ];
    writeTable(folder, 4_000, 25);
    return {
      rows: 1_000,
      bareMs: bare.ms,
      engineMs: engine.ms,
      engineRatio: engine.ms / bare.ms,
      engineMb: engine.mb,
      wholeMs: whole.ms,
      commandMb: commandMb(folder),
      table: { outcomeRows: 100_000, seconds: worker('table', folder).ms / 1_000 },
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Measured = { ms: number; mb: number };

function medianOf(kind: 'bare' | 'engine' | 'harness', folder: string): Measured {
  const runs = Array.from({ length: RUNS }, () => worker(kind, folder)).sort((a, b) => a.ms - b.ms);
  return runs[Math.floor(RUNS / 2)] as Measured;
}

/** One run in a fresh process, which times itself from its first import to its last byte. */
function worker(kind: string, folder: string): Measured {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--import', 'tsx', WORKER, kind, folder], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Measured;
}

/** Without the loader that runs TypeScript, which takes as much memory again. */
function commandMb(folder: string): number {
  const labels = { complexity: 'low', domain: 'code', risk: 'low' };
  const values = { complexity: ['low', 'medium', 'high'], domain: defaultDomains(), risk: ['low', 'medium', 'high'] };
  const label = Object.fromEntries(
    Object.entries(labels).map(([axis, value]) => {
      const all = values[axis as keyof typeof values];
      return [axis, { value, confidence: 1, probabilities: Object.fromEntries(all.map((name) => [name, name === value ? 1 : 0])) }];
    }),
  );
  const lines = Array.from({ length: 1_000 }, (_, row) =>
    JSON.stringify({ id: `b${row}`, label, unsure: {}, classifier: 'echo', model: null }),
  );
  writeFileSync(join(folder, 'echo.jsonl'), `${lines.join('\n')}\n`);
  const tell = "process.on('exit',()=>process.stderr.write('\\nPEAK '+process.resourceUsage().maxRSS))";
  const argv = [
    '--import',
    `data:text/javascript,${encodeURIComponent(tell)}`,
    COMMAND,
    'eval',
    '--data',
    'rows.csv',
    '--predictions',
    'echo.jsonl',
  ];
  const { stderr, status } = spawnSync(process.execPath, argv, { encoding: 'utf8', cwd: folder });
  const peak = /PEAK (\d+)$/.exec(stderr)?.[1];
  if (status !== 0 || peak === undefined) throw new Error(stderr);
  return Math.round(Number(peak) / 1_024);
}

const defaultDomains = (): string[] => axisValues(defaultTaxonomy.domain);

function csv(rows: number): string {
  const levels = ['low', 'medium', 'high'];
  const lines = Array.from(
    { length: rows },
    (_, row) => `b${row},"question ${row}, ${'word '.repeat(20)}",${levels[row % 3]},code,${levels[row % 2]}`,
  );
  return `id,text,complexity,domain,risk\n${lines.join('\n')}\n`;
}

function writeTable(folder: string, rows: number, models: number): void {
  const random = seededRandom(1);
  const prompts = Array.from({ length: rows }, (_, row) =>
    JSON.stringify({ id: `q${row}`, prompt: `question ${row} ${'word '.repeat(row % 30)}`, category: `kind ${row % 12}` }),
  );
  const outcomes = Array.from(
    { length: rows * models },
    (_, cell) => `q${cell % rows},model-${Math.floor(cell / rows)},${random() < 0.4 + Math.floor(cell / rows) / 60 ? 1 : 0},100,200`,
  );
  const prices = Array.from({ length: models }, (_, model) => `model-${model},${0.1 * 1.2 ** model},${0.2 * 1.2 ** model}`);
  writeFileSync(join(folder, 't.prompts.jsonl'), `${prompts.join('\n')}\n`);
  writeFileSync(join(folder, 't.outcomes.csv'), `id,model,quality,input_tokens,output_tokens\n${outcomes.join('\n')}\n`);
  writeFileSync(join(folder, 'models.csv'), `model,input_usd_per_mtok,output_usd_per_mtok\n${prices.join('\n')}\n`);
}
