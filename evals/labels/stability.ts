import type { Label } from '../../src/core/label.ts';
import { type Random, seededRandom, shuffled } from '../../src/core/random.ts';
import type { RouteRequest } from '../../src/core/request.ts';
import { viewOf } from '../../src/core/view.ts';
import { type Figure, type Gap, type Interval, ratio } from '../../src/eval/metrics/gap.ts';
import { wilson } from '../../src/eval/metrics/wilson.ts';
import { documentsOf, inEnvelope, mapUserText, withTypos } from './perturb.ts';

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

/** How many of how many, and the Wilson interval of their share. */
export type Share = { of: number; share: Figure; interval: Interval | Gap };
/** Share of pairs whose three values are the same, axis by axis, and of those pairs alone in which no axis said it was unsure. */
export type Kept = { all: Share; allWhereSure: Share } & ByAxis<Share>;

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

async function enveloped(rows: readonly StabilityRow[], labelOf: LabelOf, classify: Classify): Promise<Kept> {
  const pairs: [Label, Label][] = [];
  for (const row of rows) pairs.push([labelOf(row), await classify(inEnvelope(row.request))]);
  return kept(pairs);
}

async function typos(rows: readonly StabilityRow[], labelOf: LabelOf, classify: Classify, random: Random) {
  const after = new Map<string, Label>();
  for (const row of rows) after.set(row.id, await classify(mapUserText(row.request, (text) => withTypos(text, random))));
  const perturbed = (row: StabilityRow) => after.get(row.id) as Label;
  return {
    same: kept(rows.map((row) => [labelOf(row), perturbed(row)])),
    accuracyBefore: accuracy(rows, labelOf),
    accuracyAfter: accuracy(rows, perturbed),
  };
}

/** Pairs of rows that say the same in other words of the same language. */
function paraphrases(rows: readonly StabilityRow[], labelOf: LabelOf) {
  const pairs = pairsOf(rows.filter(({ slices }) => slices.includes('paraphrase'))).filter(([a, b]) => a.language === b.language);
  return { same: kept(pairs.map(([a, b]) => [labelOf(a), labelOf(b)])), accuracy: accuracy([...new Set(pairs.flat())], labelOf) };
}

/** Accuracy per language, and pairs of rows that say the same in two languages. */
function languages(rows: readonly StabilityRow[], labelOf: LabelOf) {
  const pairs = pairsOf(rows.filter(({ slices }) => slices.includes('paraphrase') || slices.includes('translation')));
  const across = pairs.filter(([a, b]) => a.language !== b.language).map(([a, b]): [Label, Label] => [labelOf(a), labelOf(b)]);
  const names = [...new Set(rows.map(({ language }) => language))].sort();
  const own = (language: string) => rows.filter((row) => row.language === language);
  return { same: kept(across), accuracy: Object.fromEntries(names.map((name) => [name, accuracy(own(name), labelOf)])) };
}

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

function pairsOf(rows: readonly StabilityRow[]): [StabilityRow, StabilityRow][] {
  const clusters = new Map<string, StabilityRow[]>();
  for (const row of rows) clusters.set(row.cluster, [...(clusters.get(row.cluster) ?? []), row]);
  return [...clusters.values()].flatMap((own) =>
    own.flatMap((a, at) => own.slice(at + 1).map((b): [StabilityRow, StabilityRow] => [a, b])),
  );
}

function kept(pairs: readonly (readonly [Label, Label])[]): Kept {
  const sharing = (some: typeof pairs, axes: readonly Axis[]) =>
    shareOf(some.filter(([a, b]) => axes.every((axis) => a[axis].value === b[axis].value)).length, some.length);
  const sure = pairs.filter((pair) => pair.every((label) => AXES.every((axis) => label[axis].unsure === null)));
  return { all: sharing(pairs, AXES), allWhereSure: sharing(sure, AXES), ...byAxis((axis) => sharing(pairs, [axis])) };
}

function accuracy(rows: readonly StabilityRow[], labelOf: LabelOf): ByAxis<Share> {
  return byAxis((axis) => shareOf(rows.filter((row) => labelOf(row)[axis].value === row.gold[axis]).length, rows.length));
}

const byAxis = <V>(of: (axis: Axis) => V): ByAxis<V> => ({ complexity: of('complexity'), domain: of('domain'), risk: of('risk') });

const shareOf = (count: number, of: number): Share => ({ of, share: ratio(count, of), interval: wilson(count, of) });
