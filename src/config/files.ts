import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { z } from 'zod';
import { type ErrorCode, failWithProblems, RouterError } from '../core/errors.ts';
import { problemsOf } from '../core/problems.ts';

/** The nearest folder above this code that holds `package.json`: sources and built files lie at different depths below it. */
const root = packageRoot(new URL('.', import.meta.url));

function packageRoot(folder: URL): URL {
  const above = new URL('..', folder);
  return existsSync(new URL('package.json', folder)) || above.href === folder.href ? folder : packageRoot(above);
}

/** A file of the package: `prompts`, `datasets` and weights lie beside `src` and `dist` alike. */
export function packageFile(path: string): string {
  return fileURLToPath(new URL(path, root));
}

/** The release of this program. */
export function packageVersion(): string {
  return (JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as { version: string }).version;
}

/** First hexadecimal digits of the SHA-256 of a text, 12 unless said otherwise: the version of a prompt, a policy, a dataset. */
export function contentHash(text: string | Uint8Array, digits = 12): string {
  return createHash('sha256').update(text).digest('hex').slice(0, digits);
}

/**
 * A JSON file checked against a schema.
 *
 * @throws RouterError `input.not-found`, `input.unreadable`, or `code` with every problem and its path.
 */
export function readJsonFile<S extends z.ZodType>(path: string, schema: S, code: ErrorCode): { value: z.infer<S>; hash: string } {
  const text = readTextFile(path);
  return { value: checkJson(parseJson(text, path), schema, path, code), hash: contentHash(text) };
}

/** @throws RouterError `input.not-found` or `input.unreadable`. */
export function readTextFile(path: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function unreadable(path: string, cause: unknown): RouterError {
  const { code } = cause as NodeJS.ErrnoException;
  const missing = code === 'ENOENT';
  const reason = missing ? 'no such file' : code === 'EISDIR' ? 'it is a folder' : cause instanceof Error ? cause.message : String(cause);
  return new RouterError(missing ? 'input.not-found' : 'input.unreadable', `cannot read \`${path}\`: ${reason}`, {
    where: path,
    advice: 'check the path and its permissions',
    cause,
  });
}

/** A value that fits `schema`, or one error of `code` listing every problem with its path. */
export function checkJson<S extends z.ZodType>(value: unknown, schema: S, subject: string, code: ErrorCode): z.infer<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  return failWithProblems(code, `\`${subject}\``, problemsOf(parsed.error, value, subject, schema), 'mend the paths named above');
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RouterError('input.unreadable', `\`${path}\` is not JSON: ${(cause as Error).message}`, {
      where: path,
      advice: 'mend the syntax',
      cause,
    });
  }
}

/** @throws RouterError `input.not-found` or `input.unreadable`. */
export function readBytesFile(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw unreadable(path, cause);
  }
}
