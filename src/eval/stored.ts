import { RouterError } from '../core/errors.ts';
import type { EvalFiles } from './parts.ts';
import { decodeServed, type ServedRow } from './served.ts';

const textOf = (path: string, files: Pick<EvalFiles, 'read'>): string => Buffer.from(files.read(path)).toString('utf8');

/**
 * A file that an earlier run wrote, as JSON.
 *
 * @throws RouterError `state.invalid` when it is not whole
 */
export function readStored(path: string, files: Pick<EvalFiles, 'read'>): unknown {
  try {
    return JSON.parse(textOf(path, files));
  } catch (cause) {
    if (cause instanceof SyntaxError) throw damaged(path, cause);
    throw cause;
  }
}

/**
 * The rows an earlier run served.
 *
 * @throws RouterError `state.invalid` with `file:line` when one is not whole
 */
export function readServed(path: string, files: Pick<EvalFiles, 'read'>): ServedRow[] {
  const text = textOf(path, files);
  try {
    return decodeServed(text);
  } catch (cause) {
    const line = text.split('\n').findIndex((each) => each !== '' && !isJson(each)) + 1;
    throw damaged(`${path}:${line}`, cause);
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** What to say of a file that is cut or was edited. */
export function damaged(where: string, cause?: unknown): RouterError {
  return new RouterError('state.invalid', `\`${where}\` is not what the run wrote: it was cut or edited`, {
    where,
    advice: 'restore the file, or run the evaluation again',
    cause,
  });
}
