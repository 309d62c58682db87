import { relative, resolve } from 'node:path';
import { build } from '../../config/build.ts';
import { packageFile, readTextFile } from '../../config/files.ts';
import { keyState } from '../../config/keys-build.ts';
import { CATALOGUE_FILE, DEFAULT_POLICY_FILE, loadCatalogue } from '../../config/policy.ts';
import { PROJECT_FILE } from '../../config/project.ts';
import { promptPlan } from '../../config/prompt-build.ts';
import { isRouterError, RouterError } from '../../core/errors.ts';
import type { ReadyPolicy } from '../../core/policy.ts';
import { exitCodeOf, type Finding, finder, findingsText, found } from '../../eval/data/finding.ts';
import { lintPolicy } from '../../eval/doctor/policy.ts';
import { auditRun, newestRun } from '../../eval/doctor/run.ts';
import { nodeFiles } from '../../eval/files.ts';
import type { Arguments, Flags } from '../flags.ts';
import type { Io } from '../io.ts';
import { projectOf, taxonomyOf } from '../project.ts';
import { runFolderOf, runsFolderOf } from '../runs.ts';
import { routerFlags } from './route.ts';

type Examined = { checked: string[]; findings: (Finding | null)[] };

/** Examines the installation, the policy and a run, and says what to mend. Spends nothing, changes nothing. */
export async function doctorCommand({ flags, positionals }: Arguments, io: Io): Promise<number> {
  if (positionals.length > 1) throw usage(`expected one run at most, found ${positionals.length}`);
  const node = nodeFinding(process.versions.node);
  const project = await brokenProject(flags, io);
  if (project !== null) return tell([node, project], flags, io);
  const parts = [
    node,
    await promptFindings(flags, io),
    catalogueFindings(await catalogueFile(flags, io), io),
    await routerFindings(flags, io, positionals[0]),
  ];
  return tell(parts, flags, io);
}

async function tell(parts: readonly Examined[], flags: Flags, io: Io): Promise<number> {
  const checked = parts.flatMap((part) => part.checked);
  const findings = found(parts.flatMap((part) => part.findings));
  await io.out(
    flags.on('json') ? `${JSON.stringify({ checked, findings })}\n` : `checked: ${checked.join('; ')}\n${findingsText(findings)}`,
  );
  return exitCodeOf(findings);
}

/** What is wrong with the project's own files, on which all else rests; null when they can be read, or there are none. */
async function brokenProject(flags: Flags, io: Io): Promise<Examined | null> {
  try {
    await projectOf(flags, io);
    return null;
  } catch (error) {
    if (!isRouterError(error)) throw error;
    const where = error.where ?? flags.text('project') ?? PROJECT_FILE;
    const advice = `${error.advice}; then run \`pointsman doctor\` again: the rest was not examined`;
    return { checked: [], findings: [finder(where)('error', 'project', [error.message], 'the project cannot be read', advice)] };
  }
}

/** @param running the version of Node, such as `20.20.1` */
export function nodeFinding(running: string): Examined {
  const { engines } = JSON.parse(readTextFile(packageFile('package.json'))) as { engines: { node: string } };
  const numbers = (text: string) => text.replace(/^\D+/, '').split('.').map(Number);
  const [least, own] = [numbers(engines.node), numbers(running)];
  const first = least.findIndex((part, index) => part !== own[index]);
  const old = first !== -1 && (own[first] ?? 0) < (least[first] ?? 0);
  const finding = finder('node')(
    'error',
    'old-node',
    old ? [running] : [],
    `this Node is older than ${engines.node}`,
    'install a newer one',
  );
  return { checked: [`Node ${running}`], findings: [finding] };
}

/** Characters of the prompt's fixed part above which labelling costs more than it should. */
const MOST_HEAD_CHARACTERS = 6_000;

async function promptFindings(flags: Flags, io: Io): Promise<Examined> {
  const file = (await projectOf(flags, io))?.prompt ?? packageFile('prompts/classify.md');
  const say = finder(shown(file, io));
  try {
    const { hash, headCharacters } = await promptPlan(readTextFile(file), file, await taxonomyOf(flags, io));
    const long = headCharacters > MOST_HEAD_CHARACTERS ? [`about ${Math.round(headCharacters / 4)} tokens`] : [];
    return {
      checked: [`prompt ${hash}`],
      findings: [say('note', 'long-prompt', long, 'the prompt is long, and paid for on every call', 'cut what no test misses')],
    };
  } catch (error) {
    return { checked: [], findings: [say('error', 'prompt', [messageOf(error)], 'the prompt cannot be used', adviceOf(error))] };
  }
}

async function catalogueFile(flags: Flags, io: Io): Promise<string> {
  const given = flags.text('catalogue');
  return given === undefined ? ((await projectOf(flags, io))?.catalogue ?? packageFile(CATALOGUE_FILE)) : resolve(io.cwd, given);
}

/** Prices are taken for old after so many days. */
const OLD_DAYS = 90;
const DAY_MS = 86_400_000;

function catalogueFindings(file: string, io: Io): Examined {
  const say = finder(shown(file, io));
  try {
    const models = loadCatalogue(file).size;
    const { date } = JSON.parse(readTextFile(file)) as { date: string };
    const days = Math.floor((io.now() - Date.parse(date)) / DAY_MS);
    const old = days > OLD_DAYS ? [`${days} days`] : [];
    const advice = 'run `pointsman models refresh`, and evaluate again if prices moved';
    return {
      checked: [`catalogue of ${date} (${models} models)`],
      findings: [say('warning', 'old-catalogue', old, 'prices are old', advice)],
    };
  } catch (error) {
    return { checked: [], findings: [say('error', 'catalogue', [messageOf(error)], 'the catalogue cannot be read', adviceOf(error))] };
  }
}

/** Weights and policy by building the very router that would serve; then its keys, the policy's lint, and the run. */
async function routerFindings(flags: Flags, io: Io, run: string | undefined): Promise<Examined> {
  const options = { ...(await routerFlags(flags, io)), classifier: 'embedded' as const };
  const policyFile = shown(options.policy ?? packageFile(DEFAULT_POLICY_FILE), io);
  let policy: ReadyPolicy;
  try {
    policy = build(options).parts.policy;
  } catch (error) {
    if (!isRouterError(error)) throw error;
    const finding = finder(error.where ?? policyFile)('error', error.code, [error.message], 'the router cannot start', error.advice);
    return { checked: [], findings: [finding] };
  }
  const project = await projectOf(flags, io);
  const untrained = project !== null && !project.trained && options.weights === undefined ? Object.keys(project.taxonomy) : [];
  const train = finder('weights')('warning', 'untrained', untrained, '# axis(es) are not known to `embedded`', 'run `pointsman train`');
  const examined = runFindings(flags, io, run, policy);
  return {
    checked: [
      'weights',
      `policy ${policy.name} (${policy.models.size} models, ${Object.keys(policy.pools).length} pools)`,
      ...examined.checked,
    ],
    findings: [train, ...keyFindings(policy, io), ...lintPolicy(policy, await taxonomyOf(flags, io), policyFile), ...examined.findings],
  };
}

/** Keys by the name of their variable alone. */
function keyFindings({ models }: ReadyPolicy, io: Io): (Finding | null)[] {
  const providers = [...new Set([...models.values()].map(({ provider }) => provider))];
  const states = providers.map((provider) => keyState(provider, io.env));
  const of = (state: string) => states.filter((one) => one.state === state);
  const say = finder('keys');
  const missing = of('missing').map(({ provider, variable }) => `${variable} for ${provider}`);
  return [
    say(
      'error',
      'unusable-key',
      of('unusable').map(({ fault }) => fault ?? ''),
      '# key(s) cannot be sent',
      'set the variable to the bare key',
    ),
    say(
      'note',
      'missing-key',
      missing,
      '# key(s) are not set: evaluating and routing need none, `complete` does',
      'set those you use, or take the models out',
    ),
    say(
      'note',
      'unknown-provider',
      of('unknown-provider').map(({ provider }) => provider),
      '# provider(s) have no preset',
      'give `providers: { name: { baseUrl, keyVariable } }` where you run requests',
    ),
  ];
}

function runFindings(flags: Flags, io: Io, run: string | undefined, policy: ReadyPolicy): Examined {
  const files = nodeFiles();
  const runsFolder = runsFolderOf(flags, io);
  const folder = run === undefined ? newestRun(runsFolder, files) : runFolderOf(run, 'manifest.json', flags, io);
  if (folder === null) return { checked: ['no run yet'], findings: [] };
  const { findings } = auditRun(folder, policy.hash, files);
  return { checked: [`run ${relative(io.cwd, folder)}`], findings };
}

/** A file as the user knows it; those of the package by their place in it. */
function shown(file: string, io: Io): string {
  const inside = relative(packageFile(''), file);
  return inside.startsWith('..') || resolve(io.cwd) === resolve(packageFile('')) ? relative(io.cwd, file) : `shipped ${inside}`;
}

const messageOf = (error: unknown): string => {
  if (!isRouterError(error)) throw error;
  return error.message;
};
const adviceOf = (error: unknown): string => (isRouterError(error) ? error.advice : '');

const usage = (message: string): RouterError =>
  new RouterError('options.invalid', message, { where: 'arguments', advice: 'see `pointsman help doctor`' });
