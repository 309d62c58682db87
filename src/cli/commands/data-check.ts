import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { packageFile, readTextFile } from '../../config/files.ts';
import { loadCatalogue } from '../../config/policy.ts';
import { promptPlan } from '../../config/prompt-build.ts';
import { RouterError } from '../../core/errors.ts';
import { checkLabels, type LabelCheck } from '../../eval/data/check/labels.ts';
import { checkTable, type TableCheck } from '../../eval/data/check/table.ts';
import { exitCodeOf, findingsText } from '../../eval/data/finding.ts';
import { nodeFiles } from '../../eval/files.ts';
import { textFingerprint } from '../../eval/fingerprint.ts';
import type { SeenTexts } from '../../eval/leakage.ts';
import { fingerprintsOf, siblingSplits } from '../../eval/load.ts';
import { loadTable } from '../../eval/table/load.ts';
import type { Arguments, Flags } from '../flags.ts';
import type { Io } from '../io.ts';
import { projectOf, taxonomyOf } from '../project.ts';

/** Every line is good, and yet there is nothing to compare. */
const NOTHING_LEFT = 3;

/** Says what is wrong with a labelled set or an outcome table, named by either of its files or without their endings; changes nothing. */
export async function checkCommand({ flags, positionals }: Arguments, io: Io): Promise<number> {
  const [given, ...more] = positionals;
  if (given === undefined || more.length > 0) throw usage(`expected one FILE or DIR/NAME, found ${positionals.length}`);
  const path = tablePath(given, io);
  const result = isTable(path) ? await checkOutcomes(path, flags, io) : await checkSet(path, flags, io);
  await io.out(flags.on('json') ? `${JSON.stringify(result)}\n` : screenOf(result));
  const mendable = result.findings.some(({ code }) => code === 'bad-lines' || code === 'bad-rows');
  return result.usable || mendable ? exitCodeOf(result.findings) : NOTHING_LEFT;
}

/** A table may be named by either of its files. */
export const tablePath = (given: string, io: Io): string => resolve(io.cwd, given.replace(/\.(prompts\.jsonl|outcomes\.csv)(\.gz)?$/, ''));

/** A table is named without its endings. */
export const isTable = (path: string): boolean => [`${path}.prompts.jsonl`, `${path}.prompts.jsonl.gz`].some((file) => existsSync(file));

async function checkSet(path: string, flags: Flags, io: Io): Promise<LabelCheck> {
  const files = nodeFiles();
  const named = [...siblingSplits(path, files), ...against(flags, io)];
  const elsewhere = await Promise.all(named.map(textsOf));
  const others = named.filter((file) => !isTable(file));
  const seen = [...elsewhere, ...(await learnedFrom(path, flags, io))];
  return checkLabels(path, { taxonomy: await taxonomyOf(flags, io), seen, others }, files);
}

async function checkOutcomes(path: string, flags: Flags, io: Io): Promise<TableCheck> {
  const files = nodeFiles();
  const prices = loadCatalogue((await projectOf(flags, io))?.catalogue);
  const others = await Promise.all(against(flags, io).map(textsOf));
  const options = {
    trained: await learnedFrom(path, flags, io),
    against: others,
    priceOf: (model: string) => prices.get(model)?.price ?? null,
  };
  return checkTable(path, options, files);
}

const against = (flags: Flags, io: Io): string[] => (flags.list('against') ?? []).map((file) => resolve(io.cwd, file));

async function textsOf(path: string): Promise<SeenTexts> {
  if (!isTable(path)) return fingerprintsOf(path, nodeFiles());
  const { name, fingerprints } = await loadTable(path, { skipBad: true }, nodeFiles());
  return { name, fingerprints: new Set(fingerprints) };
}

/** Training texts and few-shots of the project, else the shipped ones. */
async function learnedFrom(path: string, flags: Flags, io: Io): Promise<SeenTexts[]> {
  const project = await projectOf(flags, io);
  const train = project === null ? packageFile('datasets/requests/train.csv') : join(project.datasets, 'requests/train.csv');
  const prompt = project?.prompt ?? packageFile('prompts/classify.md');
  const { fewshots } = await promptPlan(readTextFile(prompt), prompt, await taxonomyOf(flags, io));
  const shots = { name: `the few-shots of ${basename(prompt)}`, fingerprints: new Set(fewshots.map(textFingerprint)) };
  const isItself = resolve(train) === path || !existsSync(train);
  const name = project === null ? 'the shipped training texts' : 'train.csv';
  return isItself ? [shots] : [{ ...(await fingerprintsOf(train, nodeFiles())), name }, shots];
}

function screenOf(result: LabelCheck | TableCheck): string {
  return `${result.kind === 'labels' ? labelHead(result) : tableHead(result)}${findingsText(result.findings)}`;
}

const count = (value: number): string => value.toLocaleString('en');

function labelHead({ name, hash, rows, counts }: LabelCheck): string {
  const lines = Object.entries(counts).map(
    ([axis, values]) =>
      `  ${axis}: ${Object.entries(values)
        .map(([value, number]) => `${value} ${count(number)}`)
        .join(', ')}\n`,
  );
  return `${name} (${hash}): ${count(rows)} good rows\n${lines.join('')}`;
}

function tableHead({ name, rows, incomplete, models }: TableCheck): string {
  const width = Math.max(5, ...models.map(({ model }) => model.length));
  const lines = models.map(
    ({ model, questions, answers, quality, costKnown }) =>
      `  ${model.padEnd(width)}  ${count(questions).padStart(9)}  ${count(answers).padStart(8)}  ${(quality === null ? '?' : quality.toFixed(3)).padStart(7)}  ${costKnown ? 'known' : 'unknown'}\n`,
  );
  const head = `  ${'model'.padEnd(width)}  questions   answers  quality  cost\n`;
  return `${name}: ${count(rows)} questions every model answered, ${count(incomplete)} others\n${head}${lines.join('')}`;
}

const usage = (message: string): RouterError =>
  new RouterError('options.invalid', message, { where: 'arguments', advice: 'see `pointsman help data check`' });
