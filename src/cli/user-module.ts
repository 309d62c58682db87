import { existsSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { contentHash } from '../config/files.ts';
import { RouterError } from '../core/errors.ts';

export type UserModule = { exports: Readonly<Record<string, unknown>>; hash: string };

/**
 * A module of the user's own, named on the command line: its code runs with all rights of this process.
 *
 * @throws RouterError `input.not-found`, or `input.invalid` when it cannot be loaded
 */
export async function loadUserModule(path: string): Promise<UserModule> {
  if (!existsSync(path)) {
    throw new RouterError('input.not-found', `cannot read \`${path}\`: no such file`, { where: path, advice: 'check the path' });
  }
  try {
    const exports = (await import(pathToFileURL(path).href)) as Readonly<Record<string, unknown>>;
    return { exports, hash: contentHash(readFileSync(path)) };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const advice = 'give a JavaScript module (`.mjs`) that loads by itself';
    throw new RouterError('input.invalid', `cannot load \`${path}\`: ${why}`, { where: path, advice, cause });
  }
}
