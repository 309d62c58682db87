import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What node is given to start a worker of this folder: its source, or its file in a folder where it is built already. */
export function workerArguments(name: string, built?: string): string[] {
  if (built !== undefined) return [join(built, `${name}.js`)];
  return ['--import', 'tsx', fileURLToPath(new URL(`./${name}.ts`, import.meta.url))];
}
