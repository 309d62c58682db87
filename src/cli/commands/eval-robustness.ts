import { resolve } from 'node:path';
import { packageFile } from '../../config/files.ts';
import { type DefenceParts, defenceParts } from '../../config/robust-build.ts';
import type { Classifier } from '../../core/contracts.ts';
import { failWithProblems } from '../../core/errors.ts';
import type { Taxonomy } from '../../core/taxonomy.ts';
import type { EvalOptions } from '../../eval/options.ts';
import type { EvalClassifier, EvalParts } from '../../eval/parts.ts';
import { type AttackedClassifier, runRobustness } from '../../eval/robustness/run.ts';
import type { Flags } from '../flags.ts';
import type { Io } from '../io.ts';
import { leakWatch } from '../leak-watch.ts';
import { sameProject } from '../project.ts';
import { routerFlags } from './route.ts';

/** What every evaluation on labelled requests is given. */
export type EvalKit = { options: EvalOptions; partsOf: (flags: Flags, io: Io) => Promise<EvalParts> };

const UNNAMED = ['embedded', 'rules', 'cascade'];
/** Flags of a scored run that an attacked one has no use for. */
const IDLE = ['predictions', 'policy', 'compare', 'gate', 'bless', 'replicates', 'drift'];

/** Attacks classifiers with injection templates, and measures how labels hold. */
export async function robustnessCommand(flags: Flags, io: Io, { options, partsOf }: EvalKit): Promise<number> {
  refuseIdle(flags);
  const named = [...new Set(flags.list('classifier') ?? (flags.list('prompt') === undefined ? UNNAMED : ['llm']))];
  const playedOut = named.includes('cascade') && (flags.list('classifier') === undefined || flags.number('max-usd') === undefined);
  const watch = leakWatch(io.fetch);
  const defence = defenceParts({ ...(await routerFlags(flags, io)), classifier: undefined });
  const asked = flags.with({ classifier: named.filter((name) => !(playedOut && name === 'cascade')) });
  const parts = await partsOf(asked, sameProject(io, { fetch: watch.fetch }));
  const classifiers = parts.classifiers.map((classifier) =>
    guarded(classifier.paid === undefined ? classifier : watch.watched(classifier), defence),
  );
  if (playedOut) classifiers.push(fooledCascade(defence, classifiers));
  const given = flags.text('templates');
  const templatesFile = given === undefined ? packageFile('datasets/robustness/templates.jsonl') : resolve(io.cwd, given);
  const outcome = await runRobustness({ ...options, templatesFile }, { ...parts, classifiers });
  const json =
    outcome.kind === 'estimate'
      ? { kind: 'estimate', estimate: outcome.screen }
      : { ...outcome.metrics, folder: 'folder' in outcome ? outcome.folder : null };
  await io.out(flags.on('json') ? `${JSON.stringify(json)}\n` : outcome.screen);
  return outcome.exitCode;
}

function refuseIdle(flags: Flags): void {
  const idle = IDLE.filter((name) => flags.text(name) !== undefined || flags.number(name) !== undefined || flags.on(name));
  if (idle.length === 0) return;
  const problems = idle.map((name) => ({ where: `--${name}`, message: 'does nothing beside --suite' }));
  failWithProblems('options.invalid', '`pointsman eval --suite`', problems, 'leave them out: see `pointsman help eval`');
}

/** Which floor stands under whose risk. */
function guarded(classifier: EvalClassifier, { rules, local, unguarded }: DefenceParts): AttackedClassifier {
  switch (classifier.kind ?? classifier.name) {
    case 'embedded':
      return { ...classifier, floor: asked(rules), unguarded: asked(unguarded) };
    case 'llm':
    case 'semantic':
      return { ...classifier, floor: asked(rules) };
    case 'cascade':
      return { ...classifier, floor: asked(local) };
    default:
      return classifier;
  }
}

function fooledCascade({ fooled, local }: DefenceParts, others: readonly EvalClassifier[]): AttackedClassifier {
  const version = others.find(({ name }) => name === 'embedded')?.version;
  const note =
    'the second opinion is played by a stand-in that is sure of the lowest value of every axis; give --classifier cascade, --max-usd and a key for a real one';
  return { ...asked(fooled), floor: { ...asked(local), name: 'embedded' }, note, ...(version === undefined ? {} : { version }) };
}

const asked = (classifier: Classifier<Taxonomy>): EvalClassifier => ({
  name: classifier.name,
  classify: (request, signal) => classifier.classify(request, signal),
});
