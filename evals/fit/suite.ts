import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { Io } from '../../src/cli/io.ts';
import { main } from '../../src/cli/main.ts';
import { build } from '../../src/config/build.ts';
import { loadCatalogue } from '../../src/config/policy.ts';
import type { AnyLabel } from '../../src/core/label.ts';
import { seededRandom, shuffled } from '../../src/core/random.ts';
import { nodeFiles } from '../../src/eval/files.ts';
import { isGap } from '../../src/eval/metrics/gap.ts';
import { loadTable } from '../../src/eval/table/load.ts';
import { scorePair } from '../../src/eval/table/pair.ts';
import type { TableMetrics } from '../../src/eval/table/result.ts';
import { type OutcomeTable, pickRows } from '../../src/eval/table/table.ts';
import { fitOutcomes } from '../../src/learn/fit.ts';

/** Share of questions a policy is fitted on; the others are scored. */
const FITTED = 0.6;

export type FitScore = {
  table: string;
  seed: number;
  fittedOn: number;
  scored: number;
  models: number;
  choice: 'constant' | 'routed';
  finding: string;
  metrics: TableMetrics;
  /** Area under the curve of gain recovered when longer prompts go to the strong model first, with 95 %; null without a pair. */
  longerFirst: { mean: number; ci95: [number, number] } | null;
  fitSeconds: number;
};

/** Two models to rank requests between. */
export type Pair = { strong: string; weak: string };
export type SuiteOptions = { seed: number; pair?: Pair | undefined; assumeOutputTokens?: number | undefined };

/**
 * Fits a policy on three questions of five and scores it on the others, the way a user would: `pointsman fit`, then
 * `pointsman eval --outcomes --policy`, which leaves out what was fitted on. Equal questions fall on one side.
 *
 * @param base folder and name of the table
 */
export async function fitAndScore(base: string, { seed, pair, assumeOutputTokens }: SuiteOptions): Promise<FitScore> {
  const place = mkdtempSync(join(tmpdir(), 'pointsman-fit-'));
  try {
    const catalogue = loadCatalogue();
    const options = { priceOf: (model: string) => catalogue.get(model)?.price ?? null, ...chosen({ pair, assumeOutputTokens }) };
    const table = await loadTable(base, options, nodeFiles());
    const { fitted, held } = splitRows(table.clusterOf, seed);
    const part = pickRows(table, fitted);
    const { parts } = build({ classifier: 'embedded' });
    const readers = {
      classify: async (request: Parameters<typeof parts.classifier.classify>[0]) =>
        (await parts.classifier.classify(request)).label as AnyLabel,
      factsOf: parts.factsOf,
    };
    const out = join(place, 'policy.fitted.json');
    const started = performance.now();
    const { policy } = await fitOutcomes({ table: part, out, readers, classifier: 'embedded', models: { known: [], catalogue: [] } });
    const fitSeconds = (performance.now() - started) / 1_000;
    const named = [
      ...(pair === undefined ? [] : ['--strong', pair.strong, '--weak', pair.weak]),
      ...(assumeOutputTokens === undefined ? [] : ['--assume-output-tokens', String(assumeOutputTokens)]),
    ];
    const metrics = await scored(['--outcomes', base, '--policy', out, ...named], place);
    const { choice, finding } = policy.fitted;
    const longerFirst = pair === undefined ? null : longerPromptFirst(pickRows(table, held), seed);
    const { name, models } = table;
    return {
      table: name,
      seed,
      fittedOn: fitted.length,
      scored: metrics.n,
      models: models.length,
      choice,
      finding,
      metrics,
      longerFirst,
      fitSeconds,
    };
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

function chosen({ pair, assumeOutputTokens }: Omit<SuiteOptions, 'seed'>) {
  return {
    ...(pair === undefined ? {} : { models: [pair.weak, pair.strong] }),
    ...(assumeOutputTokens === undefined ? {} : { assumeOutputTokens }),
  };
}

/** Rows of three clusters in five, and the others, in the order of the table. */
function splitRows(clusterOf: Int32Array, seed: number): { fitted: number[]; held: number[] } {
  const clusters = shuffled([...new Set(clusterOf)], seededRandom(seed));
  const drawn = new Set(clusters.slice(0, Math.round(FITTED * clusters.length)));
  const rows = Array.from(clusterOf, (_, row) => row);
  const isFitted = (row: number) => drawn.has(clusterOf[row] as number);
  return { fitted: rows.filter(isFitted), held: rows.filter((row) => !isFitted(row)) };
}

/** The ranking that needs no fit. The weak model is the first column. */
function longerPromptFirst({ prompts, models, clusterOf }: OutcomeTable, seed: number): FitScore['longerFirst'] {
  const [weak, strong] = models.map(({ quality }) => quality) as [Float64Array, Float64Array];
  const lengths = Float64Array.from(prompts, (prompt) => prompt.length);
  const { apgr } = scorePair(lengths, weak, strong, clusterOf, { replicates: 1_000, random: seededRandom(seed) });
  return isGap(apgr) ? null : apgr;
}

/** Runs `pointsman eval` in a folder of its own and reads what it prints. */
async function scored(argv: readonly string[], cwd: string): Promise<TableMetrics> {
  const [printed, said]: [string[], string[]] = [[], []];
  const io: Io = {
    out: async (text) => void printed.push(text),
    talk: (text) => void said.push(text),
    stdin: (async function* () {})(),
    env: {},
    cwd,
    fetch: () => Promise.reject(new Error('nothing is fetched here')),
    now: Date.now,
    monotonic: () => performance.now(),
    signal: new AbortController().signal,
  };
  const code = await main(['eval', ...argv, '--json'], io);
  if (code !== 0) throw new Error(`pointsman eval ended with ${code}: ${said.join('')}${printed.join('').slice(0, 2_000)}`);
  return JSON.parse(printed.join('')) as TableMetrics;
}
