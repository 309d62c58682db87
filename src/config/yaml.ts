import { resolve } from 'node:path';
import type { z } from 'zod';
import { type ErrorCode, RouterError } from '../core/errors.ts';
import { checkJson, readTextFile } from './files.ts';

/**
 * A YAML file checked against a schema. `yaml` is loaded here and not before.
 *
 * @throws RouterError `input.not-found`, `input.unreadable` with the line, or `code` with every problem and its path
 */
export async function readYamlFile<S extends z.ZodType>(path: string, schema: S, code: ErrorCode): Promise<z.infer<S>> {
  const text = readTextFile(resolve(path));
  const { parse } = await import('yaml');
  let value: unknown;
  try {
    value = parse(text);
  } catch (cause) {
    const why = (cause as Error).message.split('\n')[0] as string;
    throw new RouterError('input.unreadable', `\`${path}\` is not YAML: ${why}`, { where: path, advice: 'mend the syntax', cause });
  }
  return checkJson(value, schema, path, code);
}
