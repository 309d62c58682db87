import { isRouterError } from '../../../core/errors.ts';
import type { SeenTexts } from '../../leakage.ts';
import type { EvalFiles } from '../../parts.ts';
import { collectRows } from '../../rows.ts';
import { csvRows } from '../../rows-csv.ts';
import { loadTable } from '../../table/load.ts';
import type { OutcomeTable, TablePrice } from '../../table/table.ts';
import { type Finding, finder, found } from '../finding.ts';
import { nearGroups } from '../near.ts';
import { answerFindings, type ModelAnswers, modelAnswers } from './answers.ts';
import { priceFindings } from './prices.ts';

export type TableCheck = {
  kind: 'table';
  name: string;
  /** Questions every model answered: all that is ever compared. */
  rows: number;
  /** Questions left out because some model has no answer. */
  incomplete: number;
  models: ModelAnswers[];
  usable: boolean;
  findings: Finding[];
};

export type TableCheckOptions = {
  /** Texts the shipped classifiers learned from: such rows are not scored. */
  trained: readonly SeenTexts[];
  /** Other tables or sets this one must not share questions with. */
  against: readonly SeenTexts[];
  priceOf: (model: string) => TablePrice | null;
};

/**
 * Everything about an outcome table that would make a verdict on it wrong or weak.
 *
 * @param base folder and name, such as `tables/mmlu`
 * @throws RouterError `input.not-found` or `input.unreadable`
 */
export async function checkTable(base: string, { trained, against, priceOf }: TableCheckOptions, files: EvalFiles): Promise<TableCheck> {
  const bad = await badLines(base, files);
  const table = await loadTable(base, { skipBad: true, priceOf }, files);
  const all = await allAnswers(base, files);
  const questions = table.ids.length + table.incomplete;
  const models = modelAnswers(all, table);
  const findings = [
    bad,
    incompleteFinding(table, questions),
    ...answerFindings(models, questions, table.name),
    ...(await priceFindings(base, table, files)),
    ...textFindings(table, trained, against),
    ...sizeFindings(table),
  ];
  const { name, ids, incomplete } = table;
  return { kind: 'table', name, rows: ids.length, incomplete, models, usable: ids.length > 0, findings: found(findings) };
}

/** The loader lists what is wrong by line. */
async function badLines(base: string, files: EvalFiles): Promise<Finding | null> {
  try {
    await loadTable(base, {}, files);
    return null;
  } catch (error) {
    if (!isRouterError(error) || error.code !== 'dataset.invalid') throw error;
    const [head = '', ...lines] = error.message.split('\n').map((line) => line.trim());
    const advice = 'mend the lines; `eval --skip-bad` leaves them out and counts them';
    return finder(error.where ?? base)('error', 'bad-lines', lines.length > 0 ? lines : [head], head.replace(/:$/, ''), advice);
  }
}

async function allAnswers(base: string, files: EvalFiles) {
  const path = [`${base}.outcomes.csv`, `${base}.outcomes.csv.gz`].find((file) => files.exists(file)) as string;
  return collectRows(csvRows(once(files.read(path)), { name: path, onBad: () => {} }));
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function incompleteFinding({ name, incomplete, ids }: OutcomeTable, questions: number): Finding | null {
  const none = ids.length === 0;
  const advice = none
    ? 'name models that answered the same questions (`--models`)'
    : 'fill the gaps, or leave out the models with most of them (`--models`)';
  return finder(name)(
    none ? 'error' : incomplete > questions / 10 ? 'warning' : 'note',
    'incomplete',
    incomplete === 0 ? [] : [`${ids.length.toLocaleString('en')} of ${questions.toLocaleString('en')} are left`],
    `${incomplete.toLocaleString('en')} question(s) lack an answer of some model and are not compared`,
    advice,
  );
}

function textFindings(table: OutcomeTable, trained: readonly SeenTexts[], against: readonly SeenTexts[]): (Finding | null)[] {
  const { name, ids, fingerprints } = table;
  const say = finder(name);
  const { equal, near } = twinsOf(table);
  const inside = (sources: readonly SeenTexts[]) =>
    ids.flatMap((id, row) => {
      const source = sources.find((one) => one.fingerprints.has(fingerprints[row] as string));
      return source === undefined ? [] : [`${id} in ${source.name}`];
    });
  const apart = 'remove them from one of the two before fitting on one and scoring the other';
  const family = 'give each family one `cluster` in the prompts file, so that it stays in one fold';
  return [
    say('error', 'leak', inside(against), '# question(s) stand in the files compared with', apart),
    say(
      'warning',
      'trained-on',
      inside(trained),
      '# question(s) were learned from by a classifier',
      '`eval` leaves them out by itself; `--in-sample` would score them',
    ),
    say('note', 'repeated', equal, '# question(s) repeat an earlier one', 'nothing: they are kept in one fold and resampled together'),
    say('warning', 'near-duplicates', near, '# question(s) are nearly an earlier one', family),
  ];
}

/** Questions declared to be of one cluster are no news. */
function twinsOf({ prompts, ids, fingerprints, clusterOf }: OutcomeTable): { equal: string[]; near: string[] } {
  const groups = nearGroups(prompts);
  const [byText, byGroup] = [new Map<string, string>(), new Map<number, number>()];
  const [equal, near]: [string[], string[]] = [[], []];
  for (const [row, id] of ids.entries()) {
    const [print, group] = [fingerprints[row] as string, groups[row] as number];
    const [same, like] = [byText.get(print), byGroup.get(group)];
    if (same !== undefined) equal.push(`${same} / ${id}`);
    else if (like !== undefined && clusterOf[like] !== clusterOf[row]) near.push(`${ids[like]} / ${id}`);
    byText.set(print, same ?? id);
    byGroup.set(group, like ?? row);
  }
  return { equal, near };
}

/** Below so many questions a fit keeps one model unless kinds are named. */
const SMALL = 1_000;
/** With so many models the best of all of them is mostly luck. */
const MANY = 10;

function sizeFindings({ name, ids, models, categories, evidence }: OutcomeTable): (Finding | null)[] {
  const say = finder(name);
  const kinds = new Set(categories.filter((category) => category !== null)).size;
  const small = ids.length > 0 && ids.length < SMALL && kinds < 2 ? [`${ids.length} questions`] : [];
  const many = models.length > MANY ? [`${models.length} models`] : [];
  const estimated = evidence.usd === 'ESTIMATED' ? ['characters / 4'] : [];
  return [
    say(
      'note',
      'small',
      small,
      `fewer than ${SMALL} questions and no categories: a fit will keep one model`,
      'add questions, or name their kinds in `category`',
    ),
    say('note', 'many-models', many, 'with so many models the best of all is mostly luck', 'choose 2 to 5 with `--models`'),
    say(
      'note',
      'estimated-tokens',
      estimated,
      'tokens follow the number of characters, so nobody counted them',
      'record the tokens providers report; until then cost is ESTIMATED',
    ),
  ];
}
