import { resolve } from 'node:path';
import { loadExamples } from '../../config/examples.ts';
import { readTextFile } from '../../config/files.ts';
import { type ProjectOptions, projectOptions } from '../../config/project.ts';
import type { ClassifierName, RouterOptions } from '../../config/schema.ts';
import type { RouteOverrides } from '../../core/decision.ts';
import { RouterError } from '../../core/errors.ts';
import type { RouteInput } from '../../core/request.ts';
import type { Taxonomy } from '../../core/taxonomy.ts';
import { createRouter } from '../../router.ts';
import type { Arguments, Flags } from '../flags.ts';
import type { Io } from '../io.ts';
import { projectOf } from '../project.ts';

/** Labels one request and says which model it should go to. Calls no candidate. */
export async function routeCommand({ flags, positionals }: Arguments, io: Io): Promise<number> {
  const input = await requestOf(flags.text('request'), positionals, io);
  await using router = createRouter(await routerFlags(flags, io));
  const { text, route } = await router.explain(input, overridesOf(flags));
  await io.out(flags.on('json') ? `${JSON.stringify(route)}\n` : text);
  return route.kind === 'chosen' ? 0 : 1;
}

/** The construction options every command shares: those of the project one works in, and before them what the flags say. */
export async function routerFlags(flags: Flags, io: Io) {
  const found = await projectOf(flags, io);
  const project: Partial<ProjectOptions> = found === null ? {} : projectOptions(found);
  const path = (name: string) => {
    const given = flags.text(name);
    return given === undefined ? undefined : resolve(io.cwd, given);
  };
  if (flags.text('classifier') === 'semantic' && flags.text('examples') === undefined) throw withoutExamples();
  return {
    classifier: flags.text('classifier') as ClassifierName | undefined,
    ...project,
    policy: path('policy') ?? project.policy,
    catalogue: path('catalogue') ?? project.catalogue,
    weights: path('weights') ?? project.weights,
    llm: llmFlags(flags, path('llm-calibration')),
    ...(await semanticFlags(path('examples'), project.taxonomy, io)),
    env: io.env,
    fetch: io.fetch,
  };
}

type LlmFlags = NonNullable<RouterOptions['llm']>;

function llmFlags(flags: Flags, calibration: string | undefined): LlmFlags {
  const samples = flags.number('llm-samples');
  return { ...(samples === undefined ? {} : { samples }), ...(calibration === undefined ? {} : { calibration }) };
}

/** Nobody waits for a line of a file as for an answer, and the first ones wait until the examples are embedded. */
const SEMANTIC_MS = 60_000;

/** Vectors are kept where the command runs, as everything else it remembers. */
async function semanticFlags(examples: string | undefined, taxonomy: Taxonomy | undefined, io: Io) {
  if (examples === undefined) return {};
  const cacheFolder = resolve(io.cwd, '.pointsman/cache/embeddings');
  const semantic = { examples: await loadExamples<Taxonomy>(examples, taxonomy), cacheFolder, deadlineMs: SEMANTIC_MS };
  return { semantic, classifyTimeoutMs: SEMANTIC_MS };
}

export const withoutExamples = () =>
  new RouterError('options.invalid', 'classifier `semantic` learns from examples, found none', {
    where: '--examples',
    advice: 'give `--examples FILE`: CSV or JSONL with `text` and a column for each axis it has labels for',
  });

/** One text from the line, or a request as JSON from a file or standard input. */
export async function requestOf(file: string | undefined, positionals: readonly string[], io: Io): Promise<RouteInput> {
  const [text, ...more] = positionals;
  if (more.length > 0) throw usage(`expected one text, found ${positionals.length}: quote it`);
  if ((text === undefined) === (file === undefined)) throw usage('expected either a text or `--request FILE`');
  if (text !== undefined) return text;
  const json = file === '-' ? await readAll(io.stdin) : readTextFile(resolve(io.cwd, file as string));
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new RouterError('input.unreadable', `\`${file}\` is not JSON: ${(cause as Error).message}`, {
      where: file as string,
      advice: 'give `{ "messages": [{ "role": "user", "content": "…" }] }`',
      cause,
    });
  }
}

async function readAll(source: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function overridesOf(flags: Flags): RouteOverrides {
  const given = {
    pool: flags.text('pool'),
    candidates: flags.list('candidates'),
    model: flags.text('model'),
    tier: flags.text('tier'),
    minQuality: flags.number('min-quality'),
    maxUsd: flags.number('max-usd'),
    objective: flags.text('objective'),
    fallback: flags.text('fallback'),
    region: flags.text('region'),
    userTier: flags.text('user-tier'),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

const usage = (message: string): RouterError =>
  new RouterError('options.invalid', message, { where: 'arguments', advice: 'see `pointsman help route` and `pointsman help classify`' });
