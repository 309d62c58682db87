import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageFile } from '../src/config/files.ts';

/** Who may import whom, dynamic imports included. A folder or top-level file without a row here is an error. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  folders: ['core'],
  prompts: ['core'],
  classify: ['core', 'prompts'],
  decide: ['core'],
  providers: ['core'],
  run: ['core'],
  state: ['core', 'folders'],
  record: ['core', 'folders'],
  route: ['core', 'decide', 'run'],
  parts: ['core', 'run', 'route'],
  prepare: ['core', 'decide', 'run', 'route', 'parts'],
  complete: ['core', 'decide', 'run', 'route', 'parts', 'prepare'],
  eval: ['core', 'decide', 'folders'],
  learn: ['core', 'classify', 'decide', 'eval', 'folders'],
  server: ['core'],
  config: ['core', 'folders', 'prompts', 'classify', 'providers', 'state', 'record', 'run', 'route', 'parts', 'complete'],
  runs: ['core', 'config', 'record', 'run', 'complete'],
  router: ['core', 'config', 'run', 'runs', 'route', 'complete'],
  cli: ['core', 'config', 'router', 'eval', 'folders', 'learn', 'server'],
  index: ['core', 'config', 'router', 'complete', 'run', 'runs', 'providers', 'state', 'record'],
};

/** Packages a part of the program may use; nobody uses others. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  core: ['zod'],
  folders: [],
  prompts: ['zod', 'yaml'],
  classify: ['zod', 'tokenx', 'lru-cache', 'openai'],
  decide: [],
  providers: ['openai', 'zod'],
  run: ['zod', 'p-limit', 'tokenx'],
  state: ['ioredis'],
  record: ['zod'],
  route: [],
  parts: [],
  prepare: [],
  complete: [],
  runs: [],
  eval: ['zod', 'csv-parse', 'simple-statistics', 'p-limit'],
  learn: ['zod', 'csv-parse', 'simple-statistics', 'p-limit'],
  config: ['zod', 'csv-parse', 'yaml'],
  router: [],
  cli: ['p-limit'],
  index: [],
};

/** Loaded on first use: statically imported they would slow every start, or open the network. */
const LAZY = ['openai', 'yaml', 'csv-parse', 'lru-cache', 'ioredis'];
const LONGEST_FILE = 250;

type Import = { from: string; kind: 'static' | 'dynamic' | 'type' };
type Source = { path: string; text: string; code: string; imports: Import[] };

const root = packageFile('');
const filesIn = (folder: string): string[] =>
  existsSync(join(root, folder))
    ? readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name))
    : [];
const read = (folder: string): Source[] =>
  filesIn(folder)
    .filter((path) => path.endsWith('.ts'))
    .sort()
    .map((path) => {
      const text = readFileSync(join(root, path), 'utf8');
      const code = withoutComments(text);
      return { path, text, code, imports: importsOf(code) };
    });
const sources = read('src');

/** Line comments only where no string could hold them; enough for formatted code. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1');
}

function importsOf(code: string): Import[] {
  const found: Import[] = [];
  for (const [, type, from] of code.matchAll(/^(?:import|export)\s+(type\s)?[^'";]*?from\s+'([^']+)'/gm))
    found.push({ from: from as string, kind: type === undefined ? 'static' : 'type' });
  for (const [, from] of code.matchAll(/^import\s+'([^']+)'/gm)) found.push({ from: from as string, kind: 'static' });
  for (const [, of, from] of code.matchAll(/(typeof\s+)?\bimport\(\s*'([^']+)'/g))
    found.push({ from: from as string, kind: of === undefined ? 'dynamic' : 'type' });
  return found;
}

/** `src/classify/llm.ts` is of `classify`, `src/route.ts` of `route`. */
const unitOf = (path: string): string => (relative('src', path).split(/[\\/]/)[0] as string).replace(/\.ts$/, '');
const targetOf = (path: string, from: string): string => normalize(join(dirname(path), from));
const isRelative = ({ from }: Import): boolean => from.startsWith('.');
const packageOf = (from: string): string => (from.startsWith('@') ? from.split('/').slice(0, 2).join('/') : (from.split('/')[0] as string));

/** Every offence as one line, so that a failure reads like a list of things to mend. */
const offences = (check: (source: Source) => string[]): string[] =>
  sources.flatMap((source) => check(source).map((fault) => `${source.path}: ${fault}`));

describe('the map of imports', () => {
  it('has a row for every folder and top-level file of src', () => {
    expect([...new Set(sources.map(({ path }) => unitOf(path)))].filter((unit) => MAY_IMPORT[unit] === undefined)).toEqual([]);
  });

  it('is kept: nobody reaches back or sideways, dynamic imports included', () => {
    const wrong = offences(({ path, imports }) =>
      imports.filter(isRelative).flatMap(({ from }) => {
        const [own, other] = [unitOf(path), unitOf(targetOf(path, from))];
        return own === other || MAY_IMPORT[own]?.includes(other)
          ? []
          : [`imports ${from}, but ${own} may only import ${MAY_IMPORT[own]?.join(', ')}`];
      }),
    );
    expect(wrong).toEqual([]);
  });

  it('sees every import there is, so that none escapes it', () => {
    const unseen = offences(({ code, imports }) => {
      const words = code.match(/\bfrom\s+'[^']+'|\bimport\(\s*'[^']+'/g) ?? [];
      return words.length <= imports.length ? [] : [`${words.length} imports, ${imports.length} seen`];
    });
    expect(unseen).toEqual([]);
    // One file loads a module of the user's own, which no table of ours could name.
    const computed = (path: string, code: string) => path !== 'src/cli/user-module.ts' && /\bimport\((?!\s*')|\brequire\(/.test(code);
    expect(offences(({ path, code }) => (computed(path, code) ? ['imports by a computed name'] : []))).toEqual([]);
  });

  it('allows each part only the packages named for it, all of them dependencies', () => {
    const { dependencies, peerDependencies = {} } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const wrong = offences(({ path, imports }) =>
      imports
        .filter((each) => !isRelative(each) && !each.from.startsWith('node:'))
        .map(({ from }) => packageOf(from))
        .filter((name) => !PACKAGES[unitOf(path)]?.includes(name) || !(name in dependencies || name in peerDependencies)),
    );
    expect(wrong).toEqual([]);
  });

  it('loads heavy packages on first use', () => {
    expect(
      offences(({ imports }) =>
        imports
          .filter(({ from, kind }) => kind === 'static' && LAZY.includes(packageOf(from)))
          .map(({ from }) => `imports ${from} at start`),
      ),
    ).toEqual([]);
  });

  it('names drivers in config/build.ts alone', () => {
    const wrong = offences(({ path, imports }) =>
      unitOf(path) !== 'config' || path.endsWith('build.ts')
        ? []
        : imports.filter(({ from }) => /^\.\.\/(classify|providers|state|record)\//.test(from)).map(({ from }) => from),
    );
    expect(wrong).toEqual([]);
  });

  it('has no circles, types included', () => {
    const edges = new Map(
      sources.map(({ path, imports }) => [
        path,
        imports.filter((each) => isRelative(each) && each.kind !== 'dynamic').map(({ from }) => targetOf(path, from)),
      ]),
    );
    const circles: string[] = [];
    const done = new Set<string>();
    const walk = (path: string, trail: string[]): void => {
      if (trail.includes(path)) circles.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
      if (trail.includes(path) || done.has(path)) return;
      for (const next of edges.get(path) ?? []) walk(next, [...trail, path]);
      done.add(path);
    };
    for (const path of edges.keys()) walk(path, []);
    expect(circles).toEqual([]);
  });
});

describe('purity', () => {
  const IMPURE =
    /\b(Date\.now|new Date\(\)|performance\.|Math\.random|process\.|setTimeout|setInterval|setImmediate|fetch\(|globalThis|crypto\.)/;

  it('core, decide and eval/metrics touch no clock, network, file, environment or randomness', () => {
    const pure = (path: string) => /^src\/(core|decide|eval\/metrics)\//.test(path);
    const wrong = offences(({ path, code, imports }) => {
      if (!pure(path)) return [];
      const outside = imports.filter(({ from, kind }) => from.startsWith('node:') && kind !== 'type').map(({ from }) => `imports ${from}`);
      const found = IMPURE.exec(code);
      return found === null ? outside : [...outside, `uses ${found[0]}`];
    });
    expect(wrong).toEqual([]);
  });

  it('only the bin file ends the process', () => {
    expect(
      offences(({ path, code }) =>
        path !== 'src/cli/bin.ts' && /process\.(exit|abort|kill)\b|process\.exitCode/.test(code) ? ['exits'] : [],
      ),
    ).toEqual([]);
  });
});

describe('manners', () => {
  const all = [...sources, ...read('evals'), ...read('test')];

  it(`no file is longer than ${LONGEST_FILE} lines`, () => {
    const long = all.map(({ path, text }) => ({ path, lines: text.trimEnd().split('\n').length }));
    expect(long.filter(({ lines }) => lines > LONGEST_FILE).map(({ path, lines }) => `${path}: ${lines}`)).toEqual([]);
  });

  it('no function is longer than 40 lines: the linter counts, and nobody silences it', () => {
    const { linter } = JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8'));
    expect(linter.rules.complexity.noExcessiveLinesPerFunction).toEqual({ level: 'error', options: { maxLines: 40 } });
    expect(offences(({ text }) => (/biome-ignore|@ts-ignore|@ts-nocheck|@ts-expect-error/.test(text) ? ['silences a check'] : []))).toEqual(
      [],
    );
  });

  it('no default exports, no `any`, no non-null `!`', () => {
    const { linter } = JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8'));
    expect(linter.rules.style).toMatchObject({ noDefaultExport: 'error', noNonNullAssertion: 'error' });
    expect(linter.rules.suspicious).toMatchObject({ noExplicitAny: 'error' });
    expect(offences(({ code }) => (/^export default\b/m.test(code) ? ['default export'] : []))).toEqual([]);
    expect(offences(({ code }) => (/(: |<|as |\| )any\b/.test(code) ? ['any'] : []))).toEqual([]);
  });

  it('only index.ts re-exports, and names every name', () => {
    const reexports = offences(({ path, code }) =>
      path !== 'src/index.ts' && /^export\s[^;]*?\bfrom\s+'/m.test(code) ? ['re-exports'] : [],
    );
    expect(reexports).toEqual([]);
    expect(sources.find(({ path }) => path === 'src/index.ts')?.code).not.toMatch(/export\s+\*/);
  });

  it('relative imports say the file they mean', () => {
    expect(
      offences(({ imports }) => imports.filter((each) => isRelative(each) && !each.from.endsWith('.ts')).map(({ from }) => from)),
    ).toEqual([]);
  });

  it('folders are made one by one: `recursive` never ends where nothing can be made, such as under /proc', () => {
    expect(offences(({ code }) => (/\bmkdir(Sync)?\(.*\brecursive/.test(code) ? ['makes folders recursively'] : []))).toEqual([]);
  });

  it('nothing is left for later', () => {
    expect(offences(({ text }) => (/\b(TODO|FIXME|XXX|HACK)\b/.test(text) ? ['unfinished'] : []))).toEqual([]);
  });
});
