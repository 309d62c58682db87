import { basename, join, relative, resolve } from 'node:path';
import { type NewFile, ownProject, supportProject } from '../../config/scaffold.ts';
import { RouterError } from '../../core/errors.ts';
import { readLabelFile } from '../../eval/data/label-file.ts';
import { SPLIT_NAMES, type SplitResult, splitLabels } from '../../eval/data/split.ts';
import { taxonomyFrom } from '../../eval/data/starter.ts';
import { nodeFiles } from '../../eval/files.ts';
import type { Arguments, Flags } from '../flags.ts';
import type { Io } from '../io.ts';

const NAME = /^[a-z][a-z0-9-]{0,62}$/;

/** Makes a project: axes, prompt, starter requests and policy to edit. Never writes over a file. */
export async function initCommand({ flags, positionals }: Arguments, io: Io): Promise<number> {
  const [given = '.', ...more] = positionals;
  if (more.length > 0) throw usage(`expected one folder, found ${positionals.length}`);
  const folder = resolve(io.cwd, given);
  const name = flags.text('name') ?? nameOf(folder);
  if (!NAME.test(name)) throw usage(`expected \`--name\` in small letters, digits and \`-\`, found \`${name.slice(0, 60)}\``);
  const files = await projectFiles(name, flags, io);
  writeAll(folder, files);
  const written = files.map(({ path }) => path);
  const shown = relative(io.cwd, folder);
  const next = nextSteps(shown, flags.text('data') === undefined);
  await io.out(flags.on('json') ? `${JSON.stringify({ folder, name, written, next })}\n` : screenOf(shown, written, next));
  return 0;
}

/** The help desk to edit, or axes and splits of a labelled set of one's own. */
async function projectFiles(name: string, flags: Flags, io: Io): Promise<NewFile[]> {
  const data = flags.text('data');
  if (data === undefined) return supportProject(name);
  const path = resolve(io.cwd, data);
  const taxonomy = taxonomyFrom(await readLabelFile(path, nodeFiles()), flags.list('axes'));
  const split = await splitLabels(path, { taxonomy, shares: [0.6, 0.2, 0.2], seed: 7, plain: true }, nodeFiles());
  refuseEmpty(data, split);
  const { files, warnings } = split;
  for (const warning of warnings) io.talk(`${data}: ${warning}\n`);
  const splits = SPLIT_NAMES.map((split) => ({ path: files[split].name, text: files[split].text }));
  io.talk(
    `axes: ${Object.entries(taxonomy)
      .map(([axis, { values }]) => `${axis} (${Object.keys(values).join(', ')})`)
      .join('; ')}\n`,
  );
  return ownProject(name, taxonomy, splits);
}

/** Without a row in each of the three there is nothing to train on, or nothing to judge by. */
function refuseEmpty(data: string, { rows, families, warnings }: SplitResult): void {
  const empty = SPLIT_NAMES.filter((name) => rows[name] === 0);
  if (empty.length === 0) return;
  const all = SPLIT_NAMES.reduce((sum, name) => sum + rows[name], 0);
  const message = `${empty.join(' and ')} would have no row: \`${data}\` has ${all} row(s) in ${families} families (rows nearly alike, or of one \`cluster\`, stay together)`;
  throw new RouterError('dataset.invalid', [message, ...warnings].join('; '), {
    where: '--data',
    advice: 'give rows of at least three families, better hundreds; `pointsman data check` says what is wrong with a file',
  });
}

/** The folder's own name, as far as it can be one. */
function nameOf(folder: string): string {
  const name = basename(folder)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-$/g, '');
  return name === '' ? 'project' : name;
}

function writeAll(folder: string, made: readonly NewFile[]): void {
  const files = nodeFiles();
  const there = made.map(({ path }) => path).filter((path) => path !== '.gitignore' && files.exists(join(folder, path)));
  if (there.length > 0)
    throw new RouterError('input.exists', `\`${folder}\` already has ${there.join(', ')}: nothing was written`, {
      where: folder,
      advice: 'name an empty folder, as in `pointsman init support-desk`',
    });
  for (const { path, text } of made) files.createNew(join(folder, path), text);
}

function nextSteps(folder: string, desk: boolean): string[] {
  return [
    ...(folder === '' ? [] : [`cd ${folder}`]),
    'npx pointsman train',
    ...(desk ? ['npx pointsman classify "my parcel is late and I leave tomorrow"'] : []),
    'npx pointsman eval',
  ];
}

function screenOf(folder: string, written: readonly string[], next: readonly string[]): string {
  return [
    `made in ${folder === '' ? 'this folder' : folder}:`,
    ...written.map((path) => `  ${path}`),
    'try it:',
    ...next.map((line) => `  ${line}`),
    'make it yours: edit taxonomy.yaml and policy.json, and put your own rows in place of datasets/requests (`pointsman data split` cuts one file into three)',
    '',
  ].join('\n');
}

const usage = (message: string): RouterError =>
  new RouterError('options.invalid', message, { where: 'arguments', advice: 'see `pointsman help init`' });
