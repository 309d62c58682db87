import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { build } from '../config/build.ts';
import { calibrationsOf } from '../config/classifier-build.ts';
import { contentHash, packageFile } from '../config/files.ts';
import { CLASSIFIER_NAMES, type ClassifierName } from '../config/schema.ts';
import { buildSpoken, type Spoken } from '../config/spoken-build.ts';
import { WEIGHTS_FILE } from '../config/weights-build.ts';
import { canonicalJson } from '../core/canonical.ts';
import { defaultTaxonomy } from '../core/default-taxonomy.ts';
import { isRouterError, RouterError } from '../core/errors.ts';
import { textFingerprint } from '../eval/fingerprint.ts';
import type { SeenTexts } from '../eval/leakage.ts';
import type { EvalClassifier, EvalParts } from '../eval/parts.ts';
import { routerFlags, withoutExamples } from './commands/route.ts';
import type { Flags } from './flags.ts';
import type { Io } from './io.ts';
import { paidCalls, paidVectors } from './paid.ts';
import { fixPrompt, type PromptVersion, readPrompts } from './prompts.ts';

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
): Promise<Pick<EvalParts, 'taxonomy' | 'policy' | 'classifiers' | 'factsOf' | 'clock' | 'seen'>> {
  const named = flags.list('classifier') ?? (flags.list('prompt') === undefined ? undefined : ['llm']);
  const options = { ...(await routerFlags(flags, io)), classifier: undefined };
  const offline = OFFLINE.filter((name) => options.taxonomy === undefined || 'complexity' in options.taxonomy || !BY_RULE.has(name));
  const names = named === undefined ? (read.length > 0 ? [] : offline) : named.map(knownName);
  refuseTwice(names);
  if (flags.list('prompt') !== undefined && !names.some(isAsking)) throw unusedPrompt(names);
  const prompts = names.some(isAsking) ? await promptsOf(flags, options, io) : [];
  const { parts } = build(options);
  return {
    taxonomy: options.taxonomy ?? defaultTaxonomy,
    policy: parts.policy,
    factsOf: parts.factsOf,
    classifiers: [
      ...read,
      ...names.flatMap((name) => (isAsking(name) ? asking(name, options, prompts) : classifierOf(name, named !== undefined, options, io))),
    ],
    clock: { now: io.now, monotonic: io.monotonic },
    seen: prompts.filter(({ fewshots }) => fewshots.length > 0).map(shownTexts),
  };
}

const isAsking = (name: ClassifierName): name is 'llm' | 'cascade' => name === 'llm' || name === 'cascade';

/** Those asked for, else the one of the project, else the one that ships. */
function promptsOf(flags: Flags, { taxonomy = defaultTaxonomy, prompt }: Options, io: Io): Promise<PromptVersion[]> {
  return readPrompts(flags.list('prompt') ?? [prompt === undefined ? 'classify' : basename(prompt, '.md')], taxonomy, {
    cwd: io.cwd,
    projectPrompt: prompt,
  });
}

/** Few-shots are learned from: a row that equals one is not scored. */
export const shownTexts = ({ name, fewshots }: Pick<PromptVersion, 'name' | 'fewshots'>): SeenTexts => ({
  name: `the few-shots of \`${name}\``,
  fingerprints: new Set(fewshots.map(textFingerprint)),
});

const unusedPrompt = (names: readonly string[]) =>
  new RouterError('options.invalid', `no classifier asks with a prompt: found ${names.join(', ')}`, {
    where: '--prompt',
    advice: 'add `--classifier llm`, or leave `--prompt` out',
  });

function refuseTwice(names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice === undefined) return;
  throw new RouterError('options.invalid', `classifier \`${twice}\` is named twice`, {
    where: '--classifier',
    advice: 'name each classifier once',
  });
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
  if (name === 'semantic') {
    const paid = paidVectors(options);
    return [{ name, classify: onFirstCall(built), paid, version: versionOf(name, options, undefined, paid.model) }];
  }
  try {
    const classifier = built();
    const classify: EvalClassifier['classify'] = (request, signal) => classifier.classify(request, signal);
    return [{ name, classify, version: versionOf(name, options, undefined) }];
  } catch (error) {
    if (asked || !isRouterError(error)) throw error;
    io.talk(`left out classifier ${name}: ${error.message}\n`);
    return [];
  }
}

/**
 * A model asked with each prompt in turn; with several, the prompt is part of the name.
 *
 * @throws RouterError `options.invalid`, `input.not-found` or `input.unreadable` for a calibration that cannot be read
 */
export function asking(name: 'llm' | 'cascade', options: Options, prompts: readonly PromptVersion[]): EvalClassifier[] {
  const { taxonomy = defaultTaxonomy, llm } = options;
  calibrationsOf({ llm, taxonomy });
  const { calibration, ...uncalibrated } = llm;
  return prompts.map((prompt) => {
    const paid = paidCalls(options, name, prompt);
    const built = (asked: Options['llm']) =>
      onFirstUse(() => buildSpoken({ ...options, llm: asked, prompt: fixPrompt(prompt), classifier: name }));
    const plain = built(uncalibrated);
    const calibrated = calibration === undefined ? plain : built(llm);
    return {
      name: prompts.length === 1 ? name : `${name}:${prompt.name}`,
      kind: name,
      classify: (request, signal) => calibrated().ask(request, signal),
      spoken: {
        version: versionOf(name, { ...options, llm: uncalibrated }, prompt, paid.model),
        ask: (request, signal) => plain().ask(request, signal),
        calibrate: calibration === undefined ? null : (request, said) => calibrated().replay(request, said),
      },
      prepare: () => void calibrated(),
      paid,
      version: versionOf(name, options, prompt, paid.model),
      prompt: { name: prompt.name, hash: prompt.hash, text: prompt.text },
    };
  });
}

function onFirstUse(build: () => Spoken): () => Spoken {
  let built: Spoken | undefined;
  return () => {
    built ??= build();
    return built;
  };
}

/** A paid classifier is built when it is first called: without a key it can still be asked what it would cost. */
function onFirstCall(built: () => Pick<EvalClassifier, 'classify'>): EvalClassifier['classify'] {
  let classifier: Pick<EvalClassifier, 'classify'> | undefined;
  return async (request, signal) => {
    classifier ??= built();
    return classifier.classify(request, signal);
  };
}

/** What a classifier's answers rest on beside its code: weights, prompt, examples, model. */
function versionOf(name: ClassifierName, { weights, semantic, llm }: Options, prompt: PromptVersion | undefined, model = ''): string {
  const hashOf = (file: string) => (existsSync(file) ? contentHash(readFileSync(file)) : '');
  const learned = name === 'embedded' || name === 'cascade' || name === 'semantic' ? [hashOf(weights ?? packageFile(WEIGHTS_FILE))] : [];
  const examples = name === 'semantic' ? [contentHash(canonicalJson(semantic?.examples ?? []))] : [];
  const { samples = 1, calibration } = llm;
  const drawn = prompt !== undefined && samples > 1 ? [`samples:${samples}`] : [];
  const believed = prompt !== undefined && calibration !== undefined ? [`calibration:${hashOf(calibration)}`] : [];
  return [...learned, ...examples, prompt?.hash ?? '', model, ...drawn, ...believed].filter((part) => part !== '').join('+');
}
