import { RouterError } from '../../core/errors.ts';
import { type AnyLabel, type Prediction, predictionOf } from '../../core/label.ts';
import type { Taxonomy } from '../../core/taxonomy.ts';
import { type RequestRow, type RowFormat, readRows } from '../../eval/rows.ts';
import type { BadRow } from '../../eval/rows-raw.ts';
import { createRouter, type Router } from '../../router.ts';
import { fileBytes } from '../file-bytes.ts';
import type { Arguments, Flags } from '../flags.ts';
import type { Io } from '../io.ts';
import { progress } from '../progress.ts';
import { openSink, type Sink } from '../sink.ts';
import { requestOf, routerFlags } from './route.ts';

const DEFAULT_CONCURRENCY = 8;
/** Bad rows told one by one; the rest are counted. */
const TOLD = 20;

/** Labels one text, or every row of a file. */
export async function classifyCommand({ flags, positionals }: Arguments, io: Io): Promise<number> {
  const file = flags.text('in');
  if (file !== undefined && positionals.length > 0) throw usage('expected either a text or `--in FILE`, found both');
  if (file === undefined && positionals.length === 0) throw usage('expected either a text or `--in FILE`, found neither');
  if (file === undefined && flags.text('out') !== undefined) throw usage('expected `--in FILE` beside `--out FILE`');
  await using router = createRouter(await routerFlags(flags, io));
  if (file !== undefined) return await classifyFile(file, flags, router, io);
  const input = await requestOf(undefined, positionals, io);
  const prediction = predictionOf('1', await router.classifyWithSource(input));
  await io.out(flags.on('json') ? `${JSON.stringify(prediction)}\n` : predictionText(prediction));
  return 0;
}

async function classifyFile(file: string, flags: Flags, router: Router<Taxonomy>, io: Io): Promise<number> {
  const bad = new BadRows(file, flags.on('skip-bad'), io);
  const format = flags.text('format') as RowFormat | undefined;
  const rows = readRows(fileBytes(file, io), { name: file, ...(format === undefined ? {} : { format }), ...bad.option });
  const sink = await openSink(flags.text('out'), file, io);
  let done = 0;
  try {
    const label = await labeller(router, flags);
    const tell = progress(io, 'classified', 'rows');
    for await (const batch of rows) {
      io.signal.throwIfAborted();
      await sink.write(await label(batch));
      done += batch.length;
      tell(done);
    }
    await sink.finish();
  } catch (error) {
    await sink.abandon();
    if (io.signal.aborted)
      throw new RouterError('eval.interrupted', `interrupted after ${done} rows`, { advice: 'run it again', cause: error });
    throw error;
  }
  await conclude(done, bad, sink, flags, io);
  return 0;
}

/** The lines of a batch: one after the other for a local classifier, several calls at a time for one that waits on a network. */
async function labeller(router: Router<Taxonomy>, flags: Flags): Promise<(rows: readonly RequestRow[]) => Promise<string>> {
  const line = async ({ id, input }: RequestRow) => {
    const classification = await router.classifyWithSource(input);
    return `${JSON.stringify(predictionOf(id, classification as { label: AnyLabel; source: typeof classification.source }))}\n`;
  };
  const name = flags.text('classifier');
  if (name !== 'llm' && name !== 'cascade' && name !== 'semantic') {
    return async (rows) => {
      let lines = '';
      for (const row of rows) lines += await line(row);
      return lines;
    };
  }
  const { default: pLimit } = await import('p-limit');
  const limit = pLimit(flags.number('concurrency') ?? DEFAULT_CONCURRENCY);
  return async (rows) => (await Promise.all(rows.map((row) => limit(line, row)))).join('');
}

/** Counts what `--skip-bad` leaves out, and tells it. */
class BadRows {
  readonly option: { onBad?: (bad: BadRow) => void };
  readonly first: BadRow[] = [];
  count = 0;

  constructor(file: string, skip: boolean, io: Io) {
    this.option = skip ? { onBad: (bad) => this.add(bad, file, io) } : {};
  }

  private add(bad: BadRow, file: string, io: Io): void {
    this.count++;
    if (this.count > TOLD) return;
    this.first.push(bad);
    const lines = bad.lastLine > bad.line ? `${bad.line}–${bad.lastLine}` : String(bad.line);
    io.talk(`left out ${file}:${lines}: ${bad.message}\n`);
  }
}

/** The summary goes where it cannot be taken for a prediction: to standard output only when predictions go to a file. */
async function conclude(rows: number, bad: BadRows, sink: Sink, flags: Flags, io: Io): Promise<void> {
  const summary = { rows, bad: bad.count, badRows: bad.first, out: sink.path };
  if (flags.on('json') && sink.path !== null) await io.out(`${JSON.stringify(summary)}\n`);
  else
    io.talk(
      `${rows.toLocaleString('en')} rows labelled, ${bad.count.toLocaleString('en')} bad rows left out${sink.path === null ? '' : `; written to ${sink.path}`}\n`,
    );
}

function predictionText({ label, unsure, classifier, model }: Prediction): string {
  const lines = Object.entries(label).map(([axis, { value, confidence }]) => {
    const doubt = unsure[axis];
    return `${axis.padEnd(12)}${value.padEnd(12)}${confidence.toFixed(2)}${doubt === undefined ? '' : `  unsure: ${doubt}`}\n`;
  });
  return `${lines.join('')}${'read by'.padEnd(12)}${classifier}${model === null ? '' : ` (${model})`}\n`;
}

const usage = (message: string): RouterError =>
  new RouterError('options.invalid', message, { where: 'arguments', advice: 'see `pointsman help classify`' });
