import { join } from 'node:path';
import { RouterError } from '../../core/errors.ts';
import { seededRandom, shuffled } from '../../core/random.ts';
import { openTestSplit } from '../../eval/ledger.ts';
import type { Predicted } from '../../eval/predict.ts';
import { devWinner, testLevel, testVerdict } from './conclude.ts';
import { candidateOf, clustersOf, recallGain } from './measure.ts';
import { type PairedGain, pairedGain, rightRows } from './paired.ts';
import type { TuneOptions } from './parts.ts';
import { type Member, ORDER_ROWS, ORDERS, type Search } from './search-parts.ts';
import { plainText, withFewShots } from './sections.ts';

/** What the sealed split said of the winner and the incumbent. */
export type TestLook = {
  /** Looks at this split so far, this one included. */
  looks: number;
  gain: PairedGain;
  /** p of the gain times the looks: Holm's first step over them. */
  adjusted: number;
  recall: PairedGain | null;
};

/** Share of dev rows whose label changes when the few-shots are shuffled; null with fewer than two of them. */
export type OrderEffect = { flips: number; rows: number; shuffles: number };

/** How a run ended. Only `accepted` writes a prompt. */
export type Ending =
  | { kind: 'no-gain'; why: string }
  | { kind: 'refused'; why: string; winner: string; dev: PairedGain; expected: number; test: TestLook; order: OrderEffect | null }
  | {
      kind: 'accepted';
      winner: string;
      dev: PairedGain;
      adjusted: number;
      expected: number;
      test: TestLook;
      order: OrderEffect | null;
      written: string;
      again: number;
    };

/** Picks the winner on dev, opens test once for it, and writes it where it belongs if it holds. */
export async function finish(search: Search, options: TuneOptions): Promise<Ending> {
  const verdict = devWinner(search.finalists);
  if (verdict.kind === 'none') return { kind: 'no-gain', why: verdict.why };
  const winner = search.members.find(({ hash }) => hash === verdict.hash) as Member;
  const dev = search.finalists.find(({ hash }) => hash === winner.hash)?.gain as PairedGain;
  const order = await orderEffect(winner, search);
  const { look, predicted } = await lookAtTest(winner, search, options);
  const found = { winner: winner.hash, dev, expected: verdict.expected, test: look, order };
  const held = testVerdict(look.gain, look.recall);
  if (held.kind === 'failed') return { kind: 'refused', why: held.why, ...found };
  const written = placeOf(search, options);
  const again = await writeAndAskAgain(written, winner, predicted, search);
  return { kind: 'accepted', ...found, adjusted: verdict.adjusted, written, again };
}

/** The prompt itself with `apply`, unless somebody edited it while the run was on: then the winner goes beside it. */
function placeOf({ parts, incumbent }: Search, { apply, applyTo, promptFile, candidateFile }: TuneOptions): string {
  if (apply !== true) return candidateFile;
  const place = applyTo ?? promptFile;
  const { files } = parts;
  if (!files.exists(place) || plainText(Buffer.from(files.read(place)).toString('utf8')) === incumbent.text) return place;
  parts.tell(`${place} was changed meanwhile and stays as it is`);
  return candidateFile;
}

/** The look is written down before it happens, and once, however often the run is taken up again. */
async function lookAtTest(
  winner: Member,
  search: Search,
  { ledgerFile }: TuneOptions,
): Promise<{ look: TestLook; predicted: Predicted[] }> {
  const { parts, data, asking, incumbent, tops } = search;
  const rows = data.splits.test;
  const looks = await countLook(winner, search, ledgerFile);
  parts.tell(`test opened for ${winner.hash} against ${incumbent.hash}: look ${looks} at ${data.test.name}`);
  const before = await asking.answers(incumbent, rows, 'test');
  const predicted = await asking.answers(winner, rows, 'test');
  const level = testLevel(looks);
  const gain = pairedGain(rightRows(rows, predicted, data.axes), rightRows(rows, before, data.axes), clustersOf(rows), level);
  const recall = recallGain(rows, predicted, before, tops, level);
  return { look: { looks, gain, adjusted: Math.min(1, gain.p * looks), recall }, predicted };
}

async function countLook(winner: Member, { folder, parts, data, incumbent }: Search, ledgerFile: string): Promise<number> {
  const marker = join(folder, 'test-look.json');
  const { files } = parts;
  if (files.exists(marker)) return (JSON.parse(Buffer.from(files.read(marker)).toString('utf8')) as { looks: number }).looks;
  const classifiers = [winner, incumbent].map(({ hash }) => `llm ${hash}`);
  const at = new Date(parts.clock.now()).toISOString();
  const looks = await openTestSplit({ at, dataset: data.test.name, hash: data.test.hash, classifiers, policy: '' }, ledgerFile, true, {
    files,
  });
  files.write(marker, `${JSON.stringify({ looks, winner: winner.hash })}\n`);
  return looks;
}

/** How much hangs on the order of the few-shots, which nobody means anything by. */
async function orderEffect(winner: Member, search: Search): Promise<OrderEffect | null> {
  const { dev, folder, parts, asking, data, options } = search;
  const { fewShots } = winner.facts;
  if (fewShots.length < 2) return null;
  const rows = dev.slice(0, ORDER_ROWS);
  const usual = await asking.answers(winner, rows, 'dev');
  const random = seededRandom(options.seed);
  let flips = 0;
  for (let shuffle = 0; shuffle < ORDERS; shuffle++) {
    const text = withFewShots(winner.text, shuffled(fewShots, random));
    if (text === null) return null;
    const other = await candidateOf(text, folder, { origin: 'few-shots', parent: winner.hash, what: `shuffle ${shuffle + 1}` }, parts);
    const answers = await asking.answers(other, rows, 'dev');
    flips += answers.filter((answer, index) =>
      data.axes.some((axis) => answer.label?.[axis]?.value !== usual[index]?.label?.[axis]?.value),
    ).length;
  }
  return { flips: flips / (ORDERS * rows.length), rows: rows.length, shuffles: ORDERS };
}

/**
 * Writes the winner and asks for the test rows once more from that very file, as the router and `eval` would. A score that differs means
 * that what was tuned is not what runs, so the file is put back.
 *
 * @returns rows right the second time
 * @throws RouterError `eval.invalid`
 */
async function writeAndAskAgain(
  path: string,
  winner: Member,
  predicted: readonly Predicted[],
  { parts, asking, data }: Search,
): Promise<number> {
  const { files } = parts;
  const earlier = files.exists(path) ? Buffer.from(files.read(path)).toString('utf8') : null;
  const rows = data.splits.test;
  const right = (answers: readonly Predicted[]) => rightRows(rows, answers, data.axes).filter((each) => each === true).length;
  let kept = false;
  try {
    files.write(path, winner.text);
    const again = right(await asking.again(path, rows));
    kept = again === right(predicted);
    if (kept) return again;
    throw new RouterError(
      'eval.invalid',
      `through the ordinary path \`${path}\` has ${again} of ${rows.length} test rows right, not ${right(predicted)} as when it was tuned`,
      {
        where: path,
        advice: 'the model does not answer alike twice: pin its version, or keep answers with `--cache use`; no prompt was changed',
      },
    );
  } finally {
    if (!kept && earlier !== null) files.write(path, earlier);
    if (!kept && earlier === null) files.remove(path);
  }
}
