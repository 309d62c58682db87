import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** What is published, by name of its file. */
export const ENTRIES = { index: 'src/index.ts', 'cli/bin': 'src/cli/bin.ts' };

/** Packages stay outside and load as ever, but for zod: its hundred files, loaded one by one, took longer than all of ours. */
function outside(): RegExp[] {
  const { dependencies, peerDependencies } = JSON.parse(read('package.json')) as Record<'dependencies' | 'peerDependencies', object>;
  const names = Object.keys({ ...dependencies, ...peerDependencies }).filter((name) => name !== 'zod');
  return names.map((name) => new RegExp(`^${name}(/|$)`));
}

/**
 * Few files instead of hundreds, written into `folder`; what the sources load on first use stays in files of its own.
 *
 * @returns by built file the sources it was made of
 */
export async function bundle(folder: string, input: Readonly<Record<string, string>> = ENTRIES): Promise<Record<string, string[]>> {
  const { output } = await build({
    input: { ...input },
    cwd: root,
    platform: 'node',
    transform: { target: 'node20.20' },
    external: outside(),
    output: { dir: folder, cleanDir: true, chunkFileNames: 'chunks/[name]-[hash].js' },
    plugins: [
      {
        name: 'licence of what is built in',
        generateBundle() {
          this.emitFile({ type: 'asset', fileName: 'chunks/LICENSE-zod', source: read('node_modules/zod/LICENSE') });
        },
      },
    ],
  });
  const chunks = output.filter((file) => file.type === 'chunk');
  return Object.fromEntries(chunks.map(({ fileName, moduleIds }) => [fileName, moduleIds.map((path) => relative(root, path))]));
}
