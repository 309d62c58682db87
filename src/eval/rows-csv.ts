import type { CsvError, Parser } from 'csv-parse';
import { type BadRow, datasetError, type RawRow, type RowsOptions, refuseRow } from './rows-raw.ts';
import { type Bytes, type InvalidBytes, NOT_UTF8, textBytes } from './rows-text.ts';

/** Longest row in characters; beyond it a quote was most likely never closed. */
const LONGEST_ROW = 64_000_000;
/** A header is looked for in so many bytes. */
const LONGEST_HEADER = 1_000_000;
const NEWLINE = 10;
const RETURN = 13;
const DELIMITERS = [',', ';', '\t', '|'] as const;

/**
 * Rows of a CSV file in batches, cells by column name and exactly as they stand. The delimiter (comma, semicolon, tab or bar)
 * is read off the header; lines may end in LF, CRLF or CR, mixed.
 *
 * @throws RouterError `dataset.invalid` with `file:line` for a ragged row, a stray or unclosed quote or bytes that are not UTF-8
 *   (unless `onBad` takes them), for an empty file, a header without rows, a blank or repeated column
 */
export async function* csvRows(source: Bytes, options: RowsOptions): AsyncGenerator<RawRow[]> {
  const invalid: InvalidBytes = { offsets: [] };
  let head: Buffer = Buffer.alloc(0);
  let table: CsvTable | null = null;
  for await (const chunk of textBytes(source, options.name, invalid)) {
    head = head.length === 0 ? chunk : Buffer.concat([head, chunk]);
    if (table === null && head.length < LONGEST_HEADER && head.indexOf(NEWLINE) === -1) continue;
    table ??= await CsvTable.open(head, options, invalid);
    yield await table.read(head);
    head = Buffer.alloc(0);
  }
  if (table === null && head.length > 0) {
    table = await CsvTable.open(head, options, invalid);
    yield await table.read(head);
  }
  if (table === null) throw datasetError(options.name, 1, 'the file is empty', 'give it a header line and rows');
  yield await table.end();
}

/** One pass over one file: `csv-parse` splits the cells, this knows the lines and says which rows are bad. */
class CsvTable {
  private readonly parser: Parser;
  private readonly options: RowsOptions;
  private readonly invalid: InvalidBytes;
  private readonly lines: LineEnds;
  private columns: string[] | null = null;
  private rows: RawRow[] = [];
  private seen = 0;
  private lastLine = 0;
  /** Broken rows whose end is not known yet: it is where the next good row begins. */
  private broken: BadRow[] = [];

  static async open(head: Buffer, options: RowsOptions, invalid: InvalidBytes): Promise<CsvTable> {
    const { parse } = await import('csv-parse');
    return new CsvTable(parse, head, options, invalid);
  }

  private constructor(parse: typeof import('csv-parse').parse, head: Buffer, options: RowsOptions, invalid: InvalidBytes) {
    this.options = options;
    this.invalid = invalid;
    this.lines = new LineEnds(head);
    this.parser = parse({
      delimiter: delimiterOf(head),
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      max_record_size: LONGEST_ROW,
      skip_records_with_error: true,
      on_skip: (error) => (error === undefined ? undefined : this.onBroken(error)),
      on_record: (cells: string[], { bytes }) => this.onRecord(cells, bytes),
    });
    // Errors come back through the callbacks of `write` and `end`; an event nobody hears would end the process.
    this.parser.on('error', () => {}).resume();
  }

  async read(chunk: Buffer): Promise<RawRow[]> {
    this.lines.add(chunk);
    await new Promise<void>((resolve, reject) => {
      this.parser.write(chunk, (error) => (error ? reject(error) : resolve()));
    });
    return this.taken();
  }

  async end(): Promise<RawRow[]> {
    await new Promise<void>((resolve, reject) => {
      this.parser.once('error', reject).once('end', resolve).end();
    });
    this.settleBroken(this.lines.before(Number.POSITIVE_INFINITY));
    if (this.columns === null || this.seen === 0)
      throw datasetError(this.options.name, 1, 'there is a header but no row', 'give the file rows');
    return this.taken();
  }

  private taken(): RawRow[] {
    const { rows } = this;
    this.rows = [];
    return rows;
  }

  /** Always null: rows are kept here, in batches, and never pass through the parser's own stream. */
  private onRecord(cells: string[], end: number): null {
    const lastLine = this.lines.before(end - 1) + 1;
    const line = lastLine === this.lastLine + 1 ? lastLine : lastLine - lineEndsIn(cells);
    this.lastLine = lastLine;
    this.settleBroken(line - 1);
    if (cells.length === 1 && cells[0] === '') return null;
    if (this.invalid.offsets.length > 0 && this.isInvalid(end)) this.refuse(line, lastLine, NOT_UTF8);
    else if (this.columns === null) this.columns = this.columnsOf(cells, line);
    else this.addRow(cells, line, lastLine, this.columns);
    return null;
  }

  private addRow(cells: string[], line: number, lastLine: number, columns: readonly string[]): void {
    this.seen++;
    if (cells.length !== columns.length) {
      this.refuse(line, lastLine, `expected ${columns.length} cells as in the header, found ${cells.length}`);
      return;
    }
    const fields: Record<string, string> = {};
    for (let index = 0; index < columns.length; index++) fields[columns[index] as string] = cells[index] as string;
    this.rows.push({ line, fields });
  }

  private refuse(line: number, lastLine: number, message: string): void {
    if (this.columns === null) throw datasetError(this.options.name, line, message, 'mend the header');
    this.seen++;
    refuseRow({ line, lastLine, message }, this.options);
  }

  private isInvalid(end: number): boolean {
    let found = false;
    for (let first = this.invalid.offsets[0]; first !== undefined && first < end; first = this.invalid.offsets[0]) {
      this.invalid.offsets.shift();
      found = true;
    }
    return found;
  }

  private onBroken(error: CsvError): undefined {
    const line = this.lines.before(Number(error.bytes ?? 0)) + 1;
    const message = QUOTE_FAULTS[error.code] ?? error.message;
    if (this.columns === null || this.options.onBad === undefined || error.code === 'CSV_MAX_RECORD_SIZE')
      throw datasetError(this.options.name, line, message, 'double the quotes inside a quoted cell (`""`), and close each cell', error);
    if (this.broken.at(-1)?.line !== line) this.broken.push({ line, lastLine: line, message });
  }

  private settleBroken(lastLine: number): void {
    for (const [index, bad] of this.broken.entries()) {
      const next = this.broken[index + 1];
      this.refuse(bad.line, Math.max(bad.line, next === undefined ? lastLine : next.line - 1), bad.message);
    }
    if (this.broken.length > 0) this.broken = [];
  }

  private columnsOf(cells: string[], line: number): string[] {
    const columns = cells.map((cell) => cell.trim());
    const fail = (message: string) => datasetError(this.options.name, line, message, 'give every column a name of its own');
    const blank = columns.indexOf('');
    if (blank !== -1) throw fail(`column ${blank + 1} of the header has no name`);
    const repeated = columns.find((column, index) => columns.indexOf(column) < index);
    if (repeated !== undefined) throw fail(`column \`${repeated}\` stands twice in the header`);
    if (columns.includes('__proto__')) throw fail('a column cannot be called `__proto__`');
    return columns;
  }
}

const QUOTE_FAULTS: Partial<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quoted cell that begins here is never closed',
  CSV_INVALID_CLOSING_QUOTE: 'a closing quote is followed by more text instead of a delimiter',
  INVALID_OPENING_QUOTE: 'a quote stands inside a cell that is not quoted',
  CSV_MAX_RECORD_SIZE: `the row is longer than ${LONGEST_ROW} characters: a quote is not closed`,
};

/** The delimiter that stands most often, outside quotes, in the first line. @example delimiterOf(Buffer.from('id;text')) // => ';' */
function delimiterOf(head: Buffer): string {
  const text = head.subarray(0, LONGEST_HEADER).toString('utf8');
  const line = text.replace(/"(?:[^"]|"")*"/g, '').split(/[\r\n]/, 1)[0] as string;
  const counts = DELIMITERS.map((delimiter) => line.split(delimiter).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))] as string;
}

function lineEndsIn(cells: readonly string[]): number {
  let count = 0;
  for (const cell of cells) count += cell.split(/\r\n|\n|\r/).length - 1;
  return count;
}

/** Counts line ends up to ever greater offsets, so that a row's line is known without keeping the file. */
class LineEnds {
  private readonly mark: number;
  private offsets: number[] = [];
  private next = 0;
  private passed = 0;
  private size = 0;

  /** A file with no newline in its first line ends its lines in CR. */
  constructor(head: Buffer) {
    const newline = head.indexOf(NEWLINE);
    const carriage = head.indexOf(RETURN);
    this.mark = carriage !== -1 && (newline === -1 || carriage < newline - 1) ? RETURN : NEWLINE;
  }

  add(chunk: Buffer): void {
    this.offsets = this.offsets.slice(this.next);
    this.next = 0;
    for (let at = chunk.indexOf(this.mark); at !== -1; at = chunk.indexOf(this.mark, at + 1)) this.offsets.push(this.size + at);
    this.size += chunk.length;
  }

  /** Line ends before a byte offset; offsets must not go down. */
  before(offset: number): number {
    while ((this.offsets[this.next] ?? Number.POSITIVE_INFINITY) < offset) {
      this.next++;
      this.passed++;
    }
    return this.passed;
  }
}
