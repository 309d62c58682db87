/** A paragraph of the `# System` part. A locked one is no tuner's business: it holds a place of the template, or says how to answer. */
export type Section = { name: string; text: string; locked: boolean };

/** A request with its right values, as a prompt declares it. */
export type Shot = { text: string; label: Readonly<Record<string, string>> };

type Parts = { head: string; sections: string[]; rest: string };

const SYSTEM = '\n# System\n';
const USER = '\n# User\n';

/** The text of a prompt file as everything here reads it: no byte-order mark, plain line ends. */
export const plainText = (text: string): string => text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');

/** Paragraphs by their headings: what stands before a colon in the first line, else its first words. */
export function sectionsOf(text: string): Section[] {
  const seen = new Map<string, number>();
  return split(text).sections.map((section) => {
    const name = nameOf(section);
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return { name: count === 1 ? name : `${name} (${count})`, text: section, locked: isLocked(section) };
  });
}

/** The same file with one paragraph exchanged; everything else stays byte for byte. */
export function withSection(text: string, name: string, replacement: string): string {
  const at = sectionsOf(text).findIndex((section) => section.name === name);
  const parts = split(text);
  return join({ ...parts, sections: parts.sections.map((section, index) => (index === at ? replacement : section)) });
}

/**
 * The same file with other few-shots. A prompt without a place for them gets one before its last paragraph, which says how to answer.
 *
 * @returns null when the front matter does not list the places of `# System` in brackets, so that none can be added safely
 */
export function withFewShots(text: string, shots: readonly Shot[]): string | null {
  const parts = split(text);
  const lines = shots.map(({ text: shown, label }) => `  - ${JSON.stringify({ text: shown, label })}\n`).join('');
  const head = `${withoutFewShots(parts.head)}fewshots:${lines === '' ? ' []\n' : `\n${lines}`}`;
  if (parts.sections.some((section) => section.includes('{{fewshots}}'))) return join({ ...parts, head });
  const places = /^system: *\[([^\]\n]*)\] *$/m;
  if (!places.test(head)) return null;
  const added = head.replace(
    places,
    (_, names: string) => `system: [${[names.trim(), 'fewshots'].filter((name) => name !== '').join(', ')}]`,
  );
  const sections = parts.sections.toSpliced(Math.max(0, parts.sections.length - 1), 0, 'Examples:\n{{fewshots}}');
  return join({ ...parts, head: added, sections });
}

/** Front matter without its list of few-shots, ending in a line end. */
function withoutFewShots(head: string): string {
  const lines = head.replace(/\n+$/, '').split('\n');
  const start = lines.findIndex((line) => /^fewshots:/.test(line));
  if (start === -1) return `${lines.join('\n')}\n`;
  let end = start + 1;
  while (end < lines.length && /^(\s|- |$)/.test(lines[end] as string)) end++;
  return `${[...lines.slice(0, start), ...lines.slice(end)].join('\n')}\n`;
}

function split(text: string): Parts {
  const plain = plainText(text);
  const close = plain.indexOf('\n---\n', 3);
  const [system, user] = [plain.indexOf(SYSTEM, close), plain.indexOf(USER, close)];
  const body = plain.slice(system + SYSTEM.length, user).trim();
  return { head: plain.slice(4, close + 1), sections: body.split(/\n[ \t]*\n+/), rest: plain.slice(user) };
}

const join = ({ head, sections, rest }: Parts): string => `---\n${head}---\n${SYSTEM}\n${sections.join('\n\n')}\n${rest}`;

function nameOf(section: string): string {
  const line = section.split('\n')[0] ?? '';
  const heading = /^#*\s*([^:]{1,40}):/.exec(line)?.[1];
  return (heading ?? line.split(/\s+/).slice(0, 5).join(' ')).trim();
}

/** Places, and whatever speaks of JSON or shows an object: the contract of input and answer. */
const isLocked = (section: string): boolean => /\{\{|\}\}|\{\s*"|\bJSON\b/.test(section);
