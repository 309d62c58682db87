/** Longest line embedded in one piece, characters. */
const LINE_CHARACTERS = 1_000;
/** Lines read together, so that a request broken over lines is seen whole. */
const WINDOW = 3;
/** Most windows of one request; what comes after counts as unread. */
export const MOST_WINDOWS = 256;

export type Windows = { texts: string[]; beyondLimit: boolean };

/**
 * Every run of one to three lines of everything untrusted, each text once, the latest message first.
 * Lines added to a text add windows and change none, so the maximum over them can only rise.
 */
export function windowsOf(untrusted: readonly string[]): Windows {
  const texts = new Set<string>();
  for (const text of untrusted.toReversed()) {
    const lines = linesOf(text);
    for (let start = 0; start < lines.length; start++) {
      for (let end = start + 1; end <= Math.min(start + WINDOW, lines.length); end++) {
        texts.add(lines.slice(start, end).join('\n'));
        if (texts.size > MOST_WINDOWS) return { texts: [...texts].slice(0, MOST_WINDOWS), beyondLimit: true };
      }
    }
  }
  return { texts: [...texts], beyondLimit: false };
}

function linesOf(text: string): string[] {
  const pieces: string[] = [];
  for (const line of text.split(/[\r\n\u2028\u2029]+/)) {
    for (let start = 0; start < line.length; start += LINE_CHARACTERS) {
      const piece = line.slice(start, start + LINE_CHARACTERS).trim();
      if (piece !== '') pieces.push(piece);
    }
  }
  return pieces;
}

/**
 * Probabilities of the whole from those of its windows, values least first: the whole reaches a value as likely as the window that most likely does.
 */
export function highestOf(windows: readonly (readonly number[])[], count: number): number[] {
  const reaches = new Array<number>(count).fill(0);
  reaches[0] = 1;
  for (const probabilities of windows) {
    let above = 0;
    for (let value = count - 1; value > 0; value--) {
      above += probabilities[value] as number;
      reaches[value] = Math.max(reaches[value] as number, Math.min(1, above));
    }
  }
  return reaches.map((reached, value) => reached - (reaches[value + 1] ?? 0));
}
