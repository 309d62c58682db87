import { datasetError, type RawRow, type RowsOptions, refuseRow } from './rows-raw.ts';
import { type Bytes, type InvalidBytes, NOT_UTF8, textBytes } from './rows-text.ts';

/** Longest line in bytes; a longer one is bad, and passed over without being held. */
const LONGEST_LINE = 64_000_000;
const NEWLINE = 10;
const BLANK = /^\s*$/;

/**
 * Rows of a JSONL file in batches: one JSON object a line, blank lines passed over.
 *
 * @throws RouterError `dataset.invalid` with `file:line` for a line that is no JSON object, too long, or not UTF-8
 *   (unless `onBad` takes it), and for a file without rows
 */
export async function* jsonlRows(source: Bytes, options: RowsOptions): AsyncGenerator<RawRow[]> {
  const invalid: InvalidBytes = { offsets: [] };
  const lines = new Lines(options, invalid);
  for await (const chunk of textBytes(source, options.name, invalid)) yield lines.read(chunk);
  yield lines.end();
}

class Lines {
  private readonly options: RowsOptions;
  private readonly invalid: InvalidBytes;
  /** The pieces of a line that runs over several chunks. */
  private pieces: Buffer[] = [];
  private held = 0;
  private tooLong = false;
  private line = 0;
  private offset = 0;
  private seen = 0;

  constructor(options: RowsOptions, invalid: InvalidBytes) {
    this.options = options;
    this.invalid = invalid;
  }

  read(chunk: Buffer): RawRow[] {
    const rows: RawRow[] = [];
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      this.hold(chunk.subarray(start, end));
      start = end + 1;
      this.offset++;
      this.finishLine(rows);
    }
    this.hold(chunk.subarray(start));
    return rows;
  }

  end(): RawRow[] {
    const rows: RawRow[] = [];
    if (this.held > 0) this.finishLine(rows);
    if (this.seen === 0) throw datasetError(this.options.name, 1, 'the file has no rows', 'give it one JSON object a line');
    return rows;
  }

  private hold(piece: Buffer): void {
    this.held += piece.length;
    this.offset += piece.length;
    if (this.held > LONGEST_LINE) {
      this.tooLong = true;
      this.pieces = [];
    } else if (piece.length > 0) this.pieces.push(piece);
  }

  private finishLine(rows: RawRow[]): void {
    this.line++;
    const { tooLong } = this;
    const [first = Buffer.alloc(0), ...rest] = this.pieces;
    const text = (rest.length === 0 ? first : Buffer.concat(this.pieces)).toString('utf8');
    this.pieces = [];
    this.held = 0;
    this.tooLong = false;
    if (!tooLong && BLANK.test(text)) return;
    this.seen++;
    const row = this.isInvalid() ? NOT_UTF8 : tooLong ? `the line is longer than ${LONGEST_LINE} bytes` : parseObject(text);
    if (typeof row === 'string') refuseRow({ line: this.line, lastLine: this.line, message: row }, this.options);
    else rows.push({ line: this.line, fields: row });
  }

  private isInvalid(): boolean {
    const before = this.invalid.offsets.length;
    if (before === 0) return false;
    this.invalid.offsets = this.invalid.offsets.filter((offset) => offset >= this.offset);
    return this.invalid.offsets.length < before;
  }
}

/** The object of a line, or what is wrong with it. */
function parseObject(text: string): Record<string, unknown> | string {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
    return `expected a JSON object, found ${value === null ? 'null' : Array.isArray(value) ? 'an array' : `a ${typeof value}`}`;
  } catch (error) {
    return `expected a JSON object: ${(error as Error).message}`;
  }
}
