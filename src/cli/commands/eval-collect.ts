import { dirname, resolve } from 'node:path';
import { type BuiltAnswerers, buildAnswerers, judgePrompt } from '../../config/collect-build.ts';
import { failWithProblems, RouterError } from '../../core/errors.ts';
import { type CollectOutcome, collect } from '../../eval/collect/collect.ts';
import { gradeOf } from '../../eval/collect/graders/function.ts';
import { readSpecification } from '../../eval/collect/graders/specification.ts';
import type { CollectOptions, CollectParts } from '../../eval/collect/options.ts';
import { paced } from '../../eval/collect/paced.ts';
import type { GraderSources } from '../../eval/collect/rows.ts';
import { nodeFiles, nodeProcess } from '../../eval/files.ts';
import { WITH_COLLECT } from '../collect-flags.ts';
import type { Flags } from '../flags.ts';
import type { Io } from '../io.ts';
import { progress } from '../progress.ts';
import { loadUserModule } from '../user-module.ts';
import { sleep } from './eval-paid.ts';
import { routerFlags } from './route.ts';

/** Asks prompts of models, grades the answers, and adds them to an outcome table. */
export async function collectCommand(flags: Flags, io: Io): Promise<number> {
  const options = optionsOf(flags, io);
  const built = await builtOf(flags, io);
  const outcome = await collect(options, await partsOf(flags, io, built));
  await io.out(flags.on('json') ? `${JSON.stringify(jsonOf(outcome))}\n` : outcome.screen);
  return outcome.exitCode;
}

function optionsOf(flags: Flags, io: Io): CollectOptions {
  const idle = flags.given().filter((name) => !WITH_COLLECT.has(name));
  if (idle.length > 0) {
    const problems = idle.map((name) => ({ where: `--${name}`, message: 'does nothing beside --collect' }));
    failWithProblems('options.invalid', '`pointsman eval --collect`', problems, 'see `pointsman help eval`');
  }
  const calibration = flags.text('calibration');
  const out = needed(flags, 'out', 'the folder and name of the table, such as `tables/mine`');
  const given = {
    repeat: flags.number('repeat'),
    maxOutputTokens: flags.number('max-output-tokens'),
    jobs: flags.number('jobs'),
    retries: flags.number('retries'),
    maxUsd: flags.number('max-usd'),
    limit: flags.number('limit'),
    seed: flags.number('seed'),
    calibrationFile: calibration === undefined ? undefined : resolve(io.cwd, calibration),
  };
  return {
    dataFile: resolve(io.cwd, needed(flags, 'data', 'a file of prompts with `id`, `prompt`, `grader` and `answer`')),
    out: resolve(io.cwd, out),
    name: out,
    retryErrors: flags.on('retry-errors'),
    keepAnswers: flags.on('keep-answers'),
    skipBad: flags.on('skip-bad'),
    dryRun: flags.on('dry-run'),
    signal: io.signal,
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  };
}

function needed(flags: Flags, name: string, what: string): string {
  const value = flags.text(name);
  if (value !== undefined) return value;
  throw new RouterError('options.invalid', `--collect needs \`--${name}\`: ${what}`, {
    where: `--${name}`,
    advice: 'see `pointsman help eval`',
  });
}

const CALL_SECONDS = 120;

async function builtOf(flags: Flags, io: Io): Promise<BuiltAnswerers> {
  const options = { ...(await routerFlags(flags, io)), classifier: undefined, clock: { now: io.now, monotonic: io.monotonic } };
  return buildAnswerers({
    options,
    endpoints: endpointsOf(flags),
    deadlineMs: Math.round((flags.number('timeout') ?? CALL_SECONDS) * 1_000),
  });
}

function endpointsOf(flags: Flags): Record<string, string> {
  const pairs = (flags.list('endpoint') ?? []).map((pair): [string, string] => {
    const [, name, url] = /^([A-Za-z0-9._-]+)=(https?:\/\/\S+)$/.exec(pair) ?? [];
    if (name !== undefined && url !== undefined) return [name, url];
    throw new RouterError('options.invalid', `expected \`--endpoint NAME=URL\`, found \`${pair.slice(0, 100)}\``, {
      where: '--endpoint',
      advice: 'write the address up to and including `/v1`, such as `openai=http://127.0.0.1:8000/v1`',
    });
  });
  return Object.fromEntries(pairs);
}

async function partsOf(flags: Flags, io: Io, built: BuiltAnswerers): Promise<CollectParts> {
  const tell = progress(io, 'collected', 'answers');
  return {
    ...(await gradersOf(flags, io, built)),
    answerers: built.of(modelsOf(flags, built)),
    inputTokens: built.inputTokens,
    expectedOutputTokens: built.policy.expectedOutputTokens.medium,
    files: nodeFiles(),
    clock: { now: io.now, monotonic: io.monotonic },
    process: nodeProcess(),
    sleep,
    progress: (done) => tell(done),
  };
}

function modelsOf(flags: Flags, built: BuiltAnswerers): string[] {
  const pool = flags.text('pool');
  const models = pool === undefined ? flags.list('models') : built.pool(pool);
  if (models !== undefined) return [...new Set(models)];
  throw new RouterError('options.invalid', '--collect needs models to ask', {
    where: '--models',
    advice: 'name them with `--models openai/x,…`, or a pool of the policy with `--pool low`',
  });
}

async function gradersOf(flags: Flags, io: Io, built: BuiltAnswerers): Promise<GraderSources> {
  const text = flags.text('grader');
  const read = text === undefined ? null : readSpecification(text);
  if (typeof read === 'string') throw new RouterError('options.invalid', read, { where: '--grader', advice: 'see `pointsman help eval`' });
  const judge = await judgeOf(flags, io, built);
  if (read?.kind !== 'function') return { fallback: read, judge, grade: null };
  if (read.argument === null) {
    const advice = 'write `--grader function:FILE`, a module that exports `grade`';
    throw new RouterError('options.invalid', '`--grader function` names no module', { where: '--grader', advice });
  }
  const path = resolve(io.cwd, read.argument);
  const { exports, hash } = await loadUserModule(path);
  const grade = gradeOf(exports, path);
  if (typeof grade === 'function') return { fallback: read, judge, grade: { grade, hash } };
  throw new RouterError('input.invalid', grade, {
    where: dirname(path),
    advice: 'export `function grade({ id, prompt, answer, expected })`',
  });
}

async function judgeOf(flags: Flags, io: Io, built: BuiltAnswerers): Promise<GraderSources['judge']> {
  const model = flags.text('judge');
  if (model === undefined) return null;
  const own = flags.text('judge-prompt');
  const jobs = flags.number('jobs') ?? 8;
  const [answerer] = built
    .of([model])
    .map((each) => paced(each, { jobs, retries: flags.number('retries') ?? 4, signal: io.signal }, { sleep }));
  if (answerer === undefined) return null;
  const absolute = await judgePrompt('absolute', own === undefined ? undefined : resolve(io.cwd, own));
  return {
    absolute: { answerer, mode: 'absolute', prompt: absolute },
    pairwise: { answerer, mode: 'pairwise', prompt: await judgePrompt('pairwise') },
  };
}

function jsonOf(outcome: CollectOutcome): unknown {
  return outcome.kind === 'estimate' ? { kind: 'estimate', estimate: outcome.screen } : outcome.summary;
}
