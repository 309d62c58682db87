import { fork, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';

/** Wall time of a round of tuning, by the built command in a process of its own. */
export type LabellingTiming = {
  /** Rows asked, calls in flight, latency of the server; the ideal is their quotient. `bareMs` is a loop of `fetch` alone, on the same box in the same minute. */
  asked: {
    bareMs: number;
    rows: number;
    jobs: number;
    latencyMs: number;
    idealMs: number;
    labellingMs: number;
    processorMs: number;
    ratio: number;
  };
  /** 600 rows, every answer remembered: labelled, scored and compared with the run before it, and the two folders compared alone. */
  cached: { rows: number; evalAndCompareMs: number; processorMs: number; compareMs: number };
};

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const SERVER = fileURLToPath(new URL('./label-server.ts', import.meta.url));
const COMMAND = file('../../dist/cli/bin.js');
const [ROWS, JOBS, LATENCY_MS, CACHED_ROWS] = [200, 8, 50, 600];

export async function labellingTiming(): Promise<LabellingTiming> {
  const folder = mkdtempSync(join(tmpdir(), 'pointsman-bench-'));
  const server = fork(SERVER, [String(LATENCY_MS)], { silent: true, execArgv: ['--import', 'tsx'] });
  try {
    const port = await new Promise<string>((resolve) => server.stdout?.once('data', (text: Buffer) => resolve(text.toString().trim())));
    const env = { ...process.env, CI: '', OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1`, POINTSMAN_MODEL: 'gpt-4.1-nano' };
    return { asked: asked(folder, env), cached: cached(folder, env) };
  } finally {
    server.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

type Environment = Record<string, string | undefined>;

/** From the first answer's start to the last one's end, as rows.jsonl and its latencies tell. */
function asked(cwd: string, env: Environment): LabellingTiming['asked'] {
  writeRows(cwd, 'asked.csv', ROWS);
  const { stderr } = command(
    cwd,
    env,
    ['eval', '--data', 'asked.csv', '--classifier', 'llm', '--jobs', String(JOBS), '--max-usd', '1', '--replicates', '100'],
    TIMES_LABELLING,
  );
  const [labellingMs = 0, processorMs = 0] = (/LABELLED (\d+) (\d+)/.exec(stderr) ?? []).slice(1).map(Number);
  const idealMs = (ROWS / JOBS) * LATENCY_MS;
  const bareMs = bareLoop(cwd, env);
  return { rows: ROWS, jobs: JOBS, latencyMs: LATENCY_MS, idealMs, bareMs, labellingMs, processorMs, ratio: labellingMs / idealMs };
}

/** The same number of calls with nothing around them. */
function bareLoop(cwd: string, env: Environment): number {
  const body = JSON.stringify({ messages: [{ content: 'x'.repeat(4_000) }, { content: 'a\n"q"\na' }] });
  const program = `
    const url = process.env.OPENAI_BASE_URL + '/chat/completions'; let left = ${ROWS}; const started = performance.now();
    const worker = async () => { while (left-- > 0) await (await fetch(url, { method: 'POST', body: ${JSON.stringify(body)} })).json(); };
    await Promise.all(Array.from({ length: ${JOBS} }, worker));
    process.stdout.write(String(Math.round(performance.now() - started)));`;
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { cwd, env, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return Number(stdout);
}

/** Times `fetch` from the first call to the last answer, in the command's own process. */
const TIMES_LABELLING = `
const real = globalThis.fetch; let first, last, began, spent;
globalThis.fetch = async (...given) => { first ??= performance.now(); began ??= process.cpuUsage(); const answer = await real(...given); last = performance.now(); spent = process.cpuUsage(began); return answer; };
process.on('exit', () => process.stderr.write('\\nLABELLED ' + Math.round(last - first) + ' ' + Math.round((spent.user + spent.system) / 1000)));`;
const TIMES_PROCESSOR = `process.on('exit', () => { const { user, system } = process.cpuUsage(); process.stderr.write('\\nPROCESSOR ' + Math.round((user + system) / 1000)); });`;

function cached(cwd: string, env: Environment): LabellingTiming['cached'] {
  writeRows(cwd, 'cached.csv', CACHED_ROWS);
  mkdirSync(join(cwd, 'prompts'));
  const prompt = readFileSync(file('../../prompts/classify.md'), 'utf8');
  writeFileSync(join(cwd, 'prompts/older.md'), prompt);
  writeFileSync(join(cwd, 'prompts/newer.md'), prompt.replace('# User', 'Be careful.\n\n# User'));
  const argv = ['eval', '--data', 'cached.csv', '--max-usd', '1', '--jobs', '64', '--runs', 'runs'];
  for (const name of ['older', 'newer']) command(cwd, env, [...argv, '--prompt', name, '--replicates', '100']);
  command(cwd, env, [...argv, '--prompt', 'older']);
  const whole = Array.from({ length: 3 }, () => {
    const started = performance.now();
    const { stderr } = command(cwd, env, [...argv, '--prompt', 'newer', '--compare', 'last'], TIMES_PROCESSOR);
    return { ms: performance.now() - started, processorMs: Number(/PROCESSOR (\d+)/.exec(stderr)?.[1]) };
  }).sort((a, b) => a.ms - b.ms)[1] as { ms: number; processorMs: number };
  const runs = readdirSync(join(cwd, 'runs'))
    .slice(-2)
    .map((name) => join('runs', name));
  const started = performance.now();
  command(cwd, env, ['compare', ...runs]);
  return { rows: CACHED_ROWS, evalAndCompareMs: whole.ms, processorMs: whole.processorMs, compareMs: performance.now() - started };
}

function command(cwd: string, env: Environment, argv: readonly string[], before = ''): { stderr: string } {
  const given = [...(before === '' ? [] : ['--import', `data:text/javascript,${encodeURIComponent(before)}`]), COMMAND, ...argv];
  const { stderr, status } = spawnSync(process.execPath, given, { cwd, env, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return { stderr };
}

function writeRows(cwd: string, name: string, rows: number): void {
  const levels = ['low', 'medium', 'high'];
  const lines = Array.from(
    { length: rows },
    (_, row) =>
      `q${row},"question ${row}, ${'word '.repeat(20)}",${levels[row % 3]},code,${levels[row % 2]},${row % 5 === 0 ? 'short' : 'long'}`,
  );
  writeFileSync(join(cwd, name), `id,text,complexity,domain,risk,slices\n${lines.join('\n')}\n`);
}
