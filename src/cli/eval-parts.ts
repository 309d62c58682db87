import { existsSync, readFileSync } from 'node:fs';
import { build } from '../config/build.ts';
import { labellingEndpoint, WEIGHTS_FILE } from '../config/classifier-build.ts';
import { type Endpoint, readKey } from '../config/endpoint.ts';
import { contentHash, packageFile } from '../config/files.ts';
import { CLASSIFIER_NAMES, type ClassifierName } from '../config/schema.ts';
import { embeddingEndpoint } from '../config/semantic-build.ts';
import { defaultTaxonomy } from '../core/default-taxonomy.ts';
import { isRouterError, RouterError } from '../core/errors.ts';
import { viewOf } from '../core/view.ts';
import type { EvalClassifier, EvalParts, PaidCalls } from '../eval/parts.ts';
import { routerFlags, withoutExamples } from './commands/route.ts';
import type { Flags } from './flags.ts';
import type { Io } from './io.ts';

/** Classifiers that spend money: they run only when named, with a key and a cap. */
const PAID: ReadonlySet<ClassifierName> = new Set(['llm', 'cascade', 'semantic']);
/** Rules of thumb for complexity alone: without that axis they are `majority`. */
const BY_RULE: ReadonlySet<ClassifierName> = new Set(['length', 'keywords']);
const OFFLINE = CLASSIFIER_NAMES.filter((name) => !PAID.has(name));

/** What the harness is handed: classifiers by name, the policy, the facts; the same parts that serve requests. */
export async function evalParts(
  flags: Flags,
  io: Io,
  read: readonly EvalClassifier[],
): Promise<Pick<EvalParts, 'taxonomy' | 'policy' | 'classifiers' | 'factsOf' | 'clock'>> {
  const named = flags.list('classifier');
  const options = { ...(await routerFlags(flags, io)), classifier: undefined };
  const offline = OFFLINE.filter((name) => options.taxonomy === undefined || 'complexity' in options.taxonomy || !BY_RULE.has(name));
  const names = named === undefined ? (read.length > 0 ? [] : offline) : named.map(knownName);
  const { parts } = build(options);
  return {
    taxonomy: options.taxonomy ?? defaultTaxonomy,
    policy: parts.policy,
    factsOf: parts.factsOf,
    classifiers: [...read, ...names.flatMap((name) => classifierOf(name, named !== undefined, options, io))],
    clock: { now: io.now, monotonic: io.monotonic },
  };
}

function knownName(name: string): ClassifierName {
  const known = CLASSIFIER_NAMES.find((candidate) => candidate === name);
  if (known !== undefined) return known;
  throw new RouterError('options.invalid', `unknown classifier \`${name.slice(0, 60)}\``, {
    where: '--classifier',
    advice: `use ${CLASSIFIER_NAMES.join(', ')}`,
  });
}

type Options = Awaited<ReturnType<typeof routerFlags>>;

/** A classifier that cannot be built is an error when it was asked for by name; a paid one is built when it is first called. */
function classifierOf(name: ClassifierName, asked: boolean, options: Options, io: Io): EvalClassifier[] {
  const built = () => build({ ...options, classifier: name }).parts.classifier;
  if (name === 'semantic' && options.semantic === undefined) throw withoutExamples();
  if (PAID.has(name)) {
    let classifier: ReturnType<typeof built> | undefined;
    const classify: EvalClassifier['classify'] = async (request, signal) => {
      classifier ??= built();
      return classifier.classify(request, signal);
    };
    const paid = name === 'semantic' ? paidVectors(options) : paidCalls(options);
    return [{ name, classify, paid, version: versionOf(name, options, paid.model) }];
  }
  try {
    const classifier = built();
    const classify: EvalClassifier['classify'] = (request, signal) => classifier.classify(request, signal);
    return [{ name, classify, version: versionOf(name, options) }];
  } catch (error) {
    if (asked || !isRouterError(error)) throw error;
    io.talk(`left out classifier ${name}: ${error.message}\n`);
    return [];
  }
}

/** What a classifier's answers rest on beside its code: weights, prompt, model. */
function versionOf(name: ClassifierName, { weights, prompt }: Options, model = ''): string {
  const hashOf = (file: string) => (existsSync(file) ? contentHash(readFileSync(file)) : '');
  const learned = name === 'embedded' || name === 'cascade' ? [hashOf(weights ?? packageFile(WEIGHTS_FILE))] : [];
  const asked = name === 'llm' || name === 'cascade' ? [hashOf(prompt ?? packageFile('prompts/classify.md'))] : [];
  return [...learned, ...asked, model].filter((part) => part !== '').join('+');
}

/** Characters to a token, output tokens of one label: rough, for the estimate before any call. */
const CHARACTERS_PER_TOKEN = 4;
const LABEL_TOKENS = 60;

function paidCalls(options: Options): PaidCalls {
  const endpoint = labellingEndpoint({ ...options, classifier: undefined });
  const { provider, model, price } = endpoint;
  const prompt = options.prompt ?? packageFile('prompts/classify.md');
  const promptTokens = existsSync(prompt) ? readFileSync(prompt, 'utf8').length / CHARACTERS_PER_TOKEN : 1_000;
  return {
    model: `${provider}/${model}`,
    missing: missingKey(endpoint, options.env),
    estimateUsd: (request) => {
      if (price === null || price.input === null || price.output === null) return null;
      const inputTokens = promptTokens + viewOf(request).text.length / CHARACTERS_PER_TOKEN;
      return (inputTokens * price.input + LABEL_TOKENS * price.output) / 1_000_000;
    },
  };
}

/** The examples are few beside the rows, and their vectors are kept. */
function paidVectors(options: Options): PaidCalls {
  const endpoint = embeddingEndpoint(options, {}, options.env);
  const { provider, model, price } = endpoint;
  return {
    model: `${provider}/${model}`,
    missing: missingKey(endpoint, options.env),
    estimateUsd: (request) =>
      price === null || price.input === null ? null : ((viewOf(request).text.length / CHARACTERS_PER_TOKEN) * price.input) / 1_000_000,
  };
}

function missingKey(endpoint: Endpoint, env: Options['env']): string | null {
  try {
    readKey(undefined, endpoint, env);
    return null;
  } catch (error) {
    return isRouterError(error) ? error.message.replaceAll('`', '') : endpoint.keyName;
  }
}
