import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { seededRandom } from '../../src/core/random.ts';

const BIN = fileURLToPath(new URL('../../dist/cli/bin.js', import.meta.url));
const CHARACTERS = 200;
/** Prints the most memory the process ever held, as its last word. */
const PEAK = "process.on('exit', () => process.stderr.write('\\nPEAK ' + process.resourceUsage().maxRSS));";

export type BulkTiming = { rows: number; charactersPerRow: number; rowsPerSecond: number; peakMb: number };

/** `pointsman classify --in FILE --out FILE` on a CSV of `rows` made-up rows: whole process, start-up included. */
export function bulkTiming(rows: number): BulkTiming {
  const folder = mkdtempSync(join(tmpdir(), 'pointsman-bench-'));
  try {
    const input = join(folder, 'rows.csv');
    writeRows(input, rows);
    const argv = [
      '--import',
      `data:text/javascript,${encodeURIComponent(PEAK)}`,
      BIN,
      'classify',
      '--in',
      input,
      '--out',
      join(folder, 'out.jsonl'),
    ];
    const start = performance.now();
    const { status, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8' });
    const seconds = (performance.now() - start) / 1_000;
    if (status !== 0) throw new Error(stderr);
    const peakKb = Number(stderr.slice(stderr.lastIndexOf('PEAK ') + 5));
    return { rows, charactersPerRow: CHARACTERS, rowsPerSecond: rows / seconds, peakMb: peakKb / 1_000 };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const WORDS =
  'the of a request please write explain contract python function server customer refund translate summary medical insurance loop array proof history'.split(
    ' ',
  );

function writeRows(path: string, rows: number): void {
  const random = seededRandom(1);
  const file = openSync(path, 'w');
  let block = 'id,text\n';
  for (let row = 0; row < rows; row++) {
    let text = '';
    while (text.length < CHARACTERS) text += `${WORDS[Math.floor(random() * WORDS.length)]} `;
    block += `row-${row},"${text.slice(0, CHARACTERS)}"\n`;
    if (block.length > 1_000_000 || row === rows - 1) {
      writeSync(file, block);
      block = '';
    }
  }
  closeSync(file);
}
