import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { failWithProblems, RouterError } from '../core/errors.ts';
import { problemsOf } from '../core/problems.ts';
import { type Template, template } from './template.ts';

/** One labelled example: a request and the right value of every axis. Declared here and nowhere else, so that it is known what a prompt has seen. */
const FewShot = z.strictObject({ text: z.string().min(1), label: z.record(z.string(), z.string()) });
export type FewShot = z.infer<typeof FewShot>;

/** What stands above a prompt's text. */
const FrontMatter = z.strictObject({
  name: z.string().min(1),
  description: z.string().default(''),
  /** Places of the `# System` and the `# User` part. */
  system: z.array(z.string()).default([]),
  user: z.array(z.string()).default([]),
  /** Most tokens an answer may take. */
  maxOutputTokens: z.int().min(1).max(100_000),
  /** Labelled examples, in the order they are shown at `{{fewshots}}` of the `# System` part. */
  fewshots: z.array(FewShot).max(50).default([]),
});

/** A prompt as the run time uses it. `hash` is its version: it changes with every byte of the file. */
export type Prompt = {
  name: string;
  description: string;
  hash: string;
  system: Template;
  user: Template;
  maxOutputTokens: number;
  fewshots: readonly FewShot[];
};

export type LoadOptions = {
  /** Reads a text file. @default UTF-8 by `node:fs` */
  read?: (path: string) => Promise<string>;
  /** The version of a text. @default first 12 hexadecimal digits of its SHA-256 */
  hash?: (text: string) => string;
};

/**
 * Reads a prompt file: YAML front matter between `---` lines, then the parts `# System` and `# User`.
 *
 * @throws RouterError `input.not-found` or `input.unreadable` for the file, `prompt.invalid` for its content
 */
export async function loadPrompt(path: string, { read = readText, hash = contentHash }: LoadOptions = {}): Promise<Prompt> {
  return parsePrompt(await readOrThrow(path, read), path, hash);
}

/**
 * A prompt from the text of its file.
 *
 * @param where the file's name, for errors
 * @throws RouterError `prompt.invalid` with what to mend
 */
export async function parsePrompt(text: string, where: string, hash: (text: string) => string = contentHash): Promise<Prompt> {
  const { head, body } = splitFrontMatter(text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n'), where);
  const { system, user, ...rest } = await readFrontMatter(head, where);
  const parts = splitParts(body, where);
  if (rest.fewshots.length > 0 && !system.includes('fewshots'))
    throw invalid(where, 'holds `fewshots` but no place for them', 'add `fewshots` to `system` and write `{{fewshots}}` where they belong');
  return {
    ...rest,
    hash: hash(text),
    system: template(parts.system, system, `${where} # System`),
    user: template(parts.user, user, `${where} # User`),
  };
}

const readText = (path: string) => readFile(path, 'utf8');

/** First 12 hexadecimal digits of the SHA-256 of a text. */
const contentHash = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 12);

async function readOrThrow(path: string, read: (path: string) => Promise<string>): Promise<string> {
  try {
    return await read(path);
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const message = `cannot read prompt \`${path}\`: ${missing ? 'no such file' : String(cause)}`;
    throw new RouterError(missing ? 'input.not-found' : 'input.unreadable', message, { where: path, advice: 'check the path', cause });
  }
}

function splitFrontMatter(text: string, where: string): { head: string; body: string } {
  const end = text.indexOf('\n---\n', 3);
  if (!text.startsWith('---\n') || end === -1)
    throw invalid(where, 'expected front matter between two `---` lines', 'copy the head of `prompts/classify.md`');
  return { head: text.slice(4, end), body: text.slice(end + 5) };
}

/** `yaml` takes 30 ms to load, so it is loaded by whoever has a prompt to read. */
async function readFrontMatter(head: string, where: string): Promise<z.infer<typeof FrontMatter>> {
  const { parse } = await import('yaml');
  let value: unknown;
  try {
    value = parse(head);
  } catch (cause) {
    throw invalid(where, `front matter is not YAML: ${(cause as Error).message}`, 'mend the syntax', cause);
  }
  const parsed = FrontMatter.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = problemsOf(parsed.error, value, 'front matter');
  return failWithProblems('prompt.invalid', `\`${where}\``, problems, 'mend the front matter');
}

function splitParts(body: string, where: string): { system: string; user: string } {
  const [before = '', system, user, ...more] = `\n${body}`.split(/\n# (?:System|User)\n/);
  const ordered = body.indexOf('# System\n') < body.indexOf('# User\n');
  if (before.trim() !== '' || system === undefined || user === undefined || more.length > 0 || !ordered)
    throw invalid(where, 'expected one part `# System` and after it one part `# User`', 'give each part one heading of that name');
  return { system: system.trim(), user: user.trim() };
}

const invalid = (where: string, message: string, advice: string, cause?: unknown) =>
  new RouterError('prompt.invalid', `\`${where}\`: ${message}`, { where, advice, cause });
