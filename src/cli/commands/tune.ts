import { existsSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { packageFile, packageVersion } from '../../config/files.ts';
import { buildReflector, inspectPrompt } from '../../config/tune-build.ts';
import { defaultTaxonomy } from '../../core/default-taxonomy.ts';
import { RouterError } from '../../core/errors.ts';
import { type AnswerStore, answerStore, type CacheOptions, requireKept } from '../../eval/answer-store.ts';
import { nodeFiles, nodeProcess } from '../../eval/files.ts';
import type { EvalClassifier, PaidCalls } from '../../eval/parts.ts';
import { rememberingAll } from '../../eval/remember.ts';
import { rangeOf } from '../../eval/spend.ts';
import { loadTuneData } from '../../learn/tune/load-data.ts';
import type { TuneMode, TuneOptions, TuneParts } from '../../learn/tune/parts.ts';
import { jsonOf } from '../../learn/tune/result-json.ts';
import { tunePrompt } from '../../learn/tune/tune.ts';
import { asking } from '../eval-parts.ts';
import type { Arguments, Flags } from '../flags.ts';
import type { Io } from '../io.ts';
import { projectOf } from '../project.ts';
import { promptFile, readPrompts } from '../prompts.ts';
import { runsFolderOf } from '../runs.ts';
import { answersCache, sleep } from './eval-paid.ts';
import { routerFlags } from './route.ts';

/** Looks for a better prompt; writes it for review, and in the place of the old one only with `--apply`. */
export async function tuneCommand({ flags }: Arguments, io: Io): Promise<number> {
  const files = nodeFiles();
  const options = await optionsOf(flags, io);
  const parts = await partsOf(options.promptFile, flags, io, files);
  const data = await loadTuneData(await dataPath(flags, io), { taxonomy: parts.taxonomy, skipBad: flags.on('skip-bad') }, files);
  const outcome = await tunePrompt(data, options, parts);
  const { exitCode, screen } = outcome;
  await io.out(
    flags.on('json')
      ? `${JSON.stringify(outcome.kind === 'estimate' ? { kind: 'estimate', ...outcome.plan } : jsonOf(outcome.result))}\n`
      : screen,
  );
  return exitCode;
}

async function optionsOf(flags: Flags, io: Io): Promise<TuneOptions> {
  const maxUsd = flags.number('max-usd');
  if (maxUsd === undefined && !flags.on('dry-run')) {
    const advice = 'give `--max-usd 5`, or `--dry-run` to see what it could cost';
    throw new RouterError('options.invalid', 'tuning spends money: expected `--max-usd USD`, found none', { where: '--max-usd', advice });
  }
  const project = await projectOf(flags, io);
  const file = promptFile(flags.text('prompt') ?? 'classify', { cwd: io.cwd, projectPrompt: project?.prompt });
  const name = basename(file, '.md');
  const own = isOwn(file, io);
  const given = {
    mode: flags.text('mode') as TuneMode | undefined,
    patience: flags.number('patience'),
    maxPromptTokens: flags.number('max-prompt-tokens'),
    seed: flags.number('seed'),
    jobs: flags.number('jobs'),
    retries: flags.number('retries'),
  };
  return {
    promptFile: file,
    maxUsd: maxUsd ?? 0,
    apply: flags.on('apply'),
    applyTo: own ? file : resolve(io.cwd, 'prompts', `${name}.md`),
    candidateFile: join(own ? dirname(file) : io.cwd, `${name}.candidate.md`),
    force: flags.on('force'),
    dryRun: flags.on('dry-run'),
    runsFolder: runsFolderOf(flags, io),
    ledgerFile: resolve(io.cwd, existsSync(resolve(io.cwd, 'evals')) ? 'evals/test-ledger.jsonl' : '.pointsman/test-ledger.jsonl'),
    signal: io.signal,
    ...(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Partial<TuneOptions>),
  };
}

/** Files of the package are nobody's to change. */
function isOwn(path: string, io: Io): boolean {
  const below = relative(io.cwd, path);
  return !below.startsWith('..') && !below.includes('node_modules');
}

async function dataPath(flags: Flags, io: Io): Promise<string> {
  const given = flags.text('data');
  if (given !== undefined) return resolve(io.cwd, given);
  const project = await projectOf(flags, io);
  const own = join(project?.datasets ?? resolve(io.cwd, 'datasets'), 'requests');
  return project !== null || existsSync(own) ? own : packageFile('datasets/requests');
}

async function partsOf(incumbent: string, flags: Flags, io: Io, files: TuneParts['files']): Promise<TuneParts> {
  const flagged = { ...(await routerFlags(flags, io)), classifier: undefined };
  const options = { ...flagged, llm: { model: flags.text('model') } };
  const taxonomy = options.taxonomy ?? defaultTaxonomy;
  const cache = answersCache(flags, io);
  const clock = { now: io.now, monotonic: io.monotonic };
  const context = { argv: ['tune'], versions: { pointsman: packageVersion() }, git: null };
  const remember = { cwd: io.cwd, cache, clock, files, taxonomy, context };
  if (!flags.on('dry-run')) requireKept(cache, files);
  const store = answerStore(cache, files);
  const reflector = await buildReflector(flagged, flags.text('reflect-model'), promptFile('reflect', { cwd: io.cwd }));
  return {
    taxonomy,
    inspect: (text, where) => inspectPrompt(text, where, taxonomy),
    labeller: await labellerOf(incumbent, options, remember),
    classifierFor: (path) => classifierFor(path, options, remember),
    reflector: { ...reflector, ask: (question, turn, signal) => askOrRemember(reflector, question as object, turn, store, clock, signal) },
    files,
    clock,
    process: nodeProcess(),
    sleep,
    tell: (line) => io.talk(`${line}\n`),
    progress: progressOf(io),
  };
}

const EVERY_MS = 15_000;

/** A sign of life now and then: a round may take minutes. */
function progressOf(io: Io): NonNullable<TuneParts['progress']> {
  let due = io.monotonic() + EVERY_MS;
  return (labels, spentUsd) => {
    if (io.monotonic() < due) return;
    due = io.monotonic() + EVERY_MS;
    io.talk(`    … ${labels.toLocaleString('en')} labels asked, $${spentUsd.toFixed(4)} spent\n`);
  };
}

type Options = Parameters<typeof asking>[1];
type Remember = Omit<Parameters<typeof rememberingAll>[1], 'classifiers'> & { cwd: string; cache: CacheOptions };

/** The classifier that would serve with this prompt, built as `eval` builds it and remembered in the same place. */
async function classifierFor(file: string, options: Options, remember: Remember): Promise<EvalClassifier> {
  const versions = await readPrompts([file], remember.taxonomy, { cwd: remember.cwd });
  const [classifier] = rememberingAll(remember.cache, { ...remember, classifiers: asking('llm', options, versions) });
  return classifier as EvalClassifier;
}

/** What a label costs that nobody remembers. */
async function labellerOf(file: string, options: Options, { taxonomy, cwd }: Remember): Promise<TuneParts['labeller']> {
  const [classifier] = asking('llm', options, await readPrompts([file], taxonomy, { cwd }));
  const paid = classifier?.paid as PaidCalls;
  return { model: paid.model, missing: paid.missing, worstUsd: (request) => rangeOf(paid, request)?.worst ?? null };
}

async function askOrRemember(
  reflector: Awaited<ReturnType<typeof buildReflector>>,
  question: object,
  turn: number,
  store: AnswerStore,
  clock: TuneParts['clock'],
  signal?: AbortSignal,
) {
  const who = { task: 'reflect', model: reflector.model, version: reflector.version };
  const call = async () => {
    const started = clock.monotonic();
    const { content, model, usage, usd } = await reflector.ask(question, signal);
    return { raw: content, model, usage, usd, latencyMs: clock.monotonic() - started };
  };
  const { raw, usd, cached } = await store.ask({ who, what: question, repeat: turn }, call, `reflection ${turn + 1}`);
  return { content: raw, usd, cached };
}
