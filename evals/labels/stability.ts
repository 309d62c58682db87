import type { Label } from '../../src/core/label.ts';
import { type Random, seededRandom, shuffled } from '../../src/core/random.ts';
import type { RouteRequest } from '../../src/core/request.ts';
import { viewOf } from '../../src/core/view.ts';
import { accuracyOf, type Kept, kept, type Share, sameMeaning, shareOf } from '../../src/eval/robustness/pairs.ts';
import { documentsOf, inEnvelope, mapUserText, withTypos } from '../../src/eval/robustness/perturb.ts';

const AXES = ['complexity', 'domain', 'risk'] as const;
type Axis = (typeof AXES)[number];
type ByAxis<V> = Record<Axis, V>;

/** A labelled request of the datasets. */
export type StabilityRow = {
  id: string;
  request: RouteRequest;
  gold: ByAxis<string>;
  language: string;
  slices: readonly string[];
  cluster: string;
};
export type Classify = (request: RouteRequest) => Promise<Label>;

export type StabilityReport = Awaited<ReturnType<typeof stability>>;

const LENGTHS = [5_000, 50_000] as const;
const DOCUMENTS = 200;
/** Words of alarm used innocently, on purpose: documents are built without and with such rows. */
const ALARMING: ReadonlySet<string> = new Set(['alarming-harmless', 'keyword-trap', 'injection']);
const RISKS = ['low', 'medium', 'high'];

/**
 * How a label holds when what it should not depend on changes: the envelope around a request, typos, wording, language, harmless lines
 * beside it, length. Every change is drawn with `seed`.
 *
 * @param donors harmless rows that documents and added lines are made of, by name; `rows` themselves unless given
 */
export async function stability(
  rows: readonly StabilityRow[],
  classify: Classify,
  seed: number,
  donors: Readonly<Record<string, readonly StabilityRow[]>> = { rows },
) {
  const bare = new Map<string, Label>();
  for (const row of rows) bare.set(row.id, await classify(row.request));
  const labelOf = (row: StabilityRow) => bare.get(row.id) as Label;
  const draw = (name: string) => seededRandom(seed + [...name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0));
  const documents: Record<string, Awaited<ReturnType<typeof longDocuments>>> = {};
  for (const [name, own] of Object.entries(donors)) documents[name] = await longDocuments(own, classify, draw(name));
  return {
    rows: rows.length,
    seed,
    envelope: await enveloped(rows, labelOf, classify),
    typos: await typos(rows, labelOf, classify, draw('typos')),
    paraphrase: paraphrases(rows, labelOf),
    translation: languages(rows, labelOf),
    addedLines: await addedLines(rows, Object.values(donors).flat(), labelOf, classify, draw('lines')),
    longHarmlessDocuments: documents,
  };
}

type LabelOf = (row: StabilityRow) => Label;

async function enveloped(rows: readonly StabilityRow[], labelOf: LabelOf, classify: Classify): Promise<Kept<Axis>> {
  const pairs: [Label, Label][] = [];
  for (const row of rows) pairs.push([labelOf(row), await classify(inEnvelope(row.request))]);
  return kept(pairs, AXES);
}

async function typos(rows: readonly StabilityRow[], labelOf: LabelOf, classify: Classify, random: Random) {
  const after = new Map<string, Label>();
  for (const row of rows) after.set(row.id, await classify(mapUserText(row.request, (text) => withTypos(text, random))));
  const perturbed = (row: StabilityRow) => after.get(row.id) as Label;
  return {
    same: kept(
      rows.map((row) => [labelOf(row), perturbed(row)]),
      AXES,
    ),
    accuracyBefore: accuracy(rows, labelOf),
    accuracyAfter: accuracy(rows, perturbed),
  };
}

/** Pairs of rows that say the same in other words of the same language. */
function paraphrases(rows: readonly StabilityRow[], labelOf: LabelOf) {
  const pairs = sameMeaning(rows).paraphrases;
  return { same: keptOf(pairs, labelOf), accuracy: accuracy([...new Set(pairs.flat())], labelOf) };
}

/** Accuracy per language, and pairs of rows that say the same in two languages. */
function languages(rows: readonly StabilityRow[], labelOf: LabelOf) {
  const names = [...new Set(rows.map(({ language }) => language))].sort();
  const own = (language: string) => rows.filter((row) => row.language === language);
  const each = Object.fromEntries(names.map((name) => [name, accuracy(own(name), labelOf)]));
  return { same: keptOf(sameMeaning(rows).translations, labelOf), accuracy: each };
}

const keptOf = (pairs: readonly [StabilityRow, StabilityRow][], labelOf: LabelOf): Kept<Axis> =>
  kept(
    pairs.map(([a, b]) => [labelOf(a), labelOf(b)]),
    AXES,
  );

/** Three harmless lines before and after each request. */
async function addedLines(
  rows: readonly StabilityRow[],
  donors: readonly StabilityRow[],
  labelOf: LabelOf,
  classify: Classify,
  random: Random,
) {
  const lines = harmlessTexts(donors, ALARMING).filter((text) => !text.includes('\n'));
  const lowered: string[] = [];
  for (const row of rows) {
    const some = shuffled(lines, random).slice(0, 3).join('\n');
    for (const change of [(text: string) => `${text}\n${some}`, (text: string) => `${some}\n${text}`]) {
      const { risk } = await classify(mapUserText(row.request, change));
      if (RISKS.indexOf(risk.value) < RISKS.indexOf(labelOf(row).risk.value)) lowered.push(row.id);
    }
  }
  return { lowered: shareOf(lowered.length, 2 * rows.length), ids: [...new Set(lowered)] };
}

/** Alarms on documents in which there is nothing to be alarmed at: `high` is a false alarm of abuse, `aboveLow` includes medium. */
async function longDocuments(donors: readonly StabilityRow[], classify: Classify, random: Random) {
  const alarms = async (texts: readonly string[], characters: number) => {
    const risks: string[] = [];
    for (const content of documentsOf(texts, characters, DOCUMENTS, random)) risks.push((await classify(asked(content))).risk.value);
    const count = (...values: string[]) => shareOf(risks.filter((risk) => values.includes(risk)).length, risks.length);
    return { high: count('high'), aboveLow: count('medium', 'high') };
  };
  const found: Record<string, { plain: Awaited<ReturnType<typeof alarms>>; alarmingWords: Awaited<ReturnType<typeof alarms>> }> = {};
  for (const characters of LENGTHS) {
    const plain = await alarms(harmlessTexts(donors, ALARMING), characters);
    found[characters] = { plain, alarmingWords: await alarms(harmlessTexts(donors, new Set()), characters) };
  }
  return found;
}

const asked = (content: string): RouteRequest => ({ messages: [{ role: 'user', content }] });

function harmlessTexts(rows: readonly StabilityRow[], without: ReadonlySet<string>): string[] {
  const harmless = rows.filter(({ gold, slices }) => gold.risk === 'low' && !slices.some((slice) => without.has(slice)));
  return harmless.map(({ request }) => viewOf(request).latest).filter((text) => text.trim() !== '');
}

const accuracy = (rows: readonly StabilityRow[], labelOf: LabelOf): ByAxis<Share> => accuracyOf(rows, labelOf, AXES);
