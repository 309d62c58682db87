import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { COMMANDS } from '../src/cli/commands.ts';
import { EXIT_CODES } from '../src/cli/help.ts';
import { packageFile } from '../src/config/files.ts';
import { DEFAULT_POLICY_FILE } from '../src/config/policy.ts';
import { CLASSIFIER_NAMES } from '../src/config/schema.ts';
import { defaultTaxonomy } from '../src/core/default-taxonomy.ts';
import { folder, run } from './cli/io.ts';
import { csvOf, turns } from './eval/helpers.ts';

const text = (path: string): string => readFileSync(packageFile(path), 'utf8');
const readme = text('README.md');
const { scripts, dependencies } = JSON.parse(text('package.json')) as Record<'scripts' | 'dependencies', Record<string, string>>;

type Block = { language: string; code: string; line: number };

const blocksOf = (markdown: string): Block[] =>
  [...markdown.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map((match) => ({
    language: match[1] as string,
    code: match[2] as string,
    line: markdown.slice(0, match.index).split('\n').length + 1,
  }));

const blocks = blocksOf(readme);
const programs = blocks.filter(({ language }) => language === 'ts');
const shellLines = blocks
  .filter(({ language }) => language === 'sh')
  .flatMap(({ code }) => code.trim().split('\n'))
  .map((line) => line.replace(/\s+#.*$/, ''));

/** A place inside the package, so that `zod` and types resolve; git does not see it. */
const scratch = packageFile('.pointsman/docs');
const fileOf = ({ line }: Block): string => join(scratch, `readme-${line}.ts`);

/** A block with the package's own sources in place of its name, and every `// => value` turned into a check. */
function runnable({ code }: Block): string {
  const source = code.replaceAll("'pointsman'", JSON.stringify(pathToFileURL(packageFile('src/index.ts')).href));
  const checks = source.replace(
    /^(\s*)(.+); \/\/ => (.+)$/gm,
    (_, space, expression, value) => `${space}globalThis.documented((${expression}), (${value}));`,
  );
  return `${checks}\nexport {};\n`;
}

beforeAll(() => {
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch, { recursive: true });
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe('the README', () => {
  it('opens with the two commands', () => {
    expect(blocks[0]?.code.split('\n').map((line) => line.replace(/\s+#.*$/, ''))).toEqual([
      'npm ci && npm run eval',
      'npm ci && npm test',
      '',
    ]);
    expect(blocks[0]?.line).toBeLessThan(12);
  });

  it.each(programs.map((block) => [block.line, block] as const))('its program at line %i runs and gives what it says', async (_, block) => {
    const checked: unknown[] = [];
    vi.stubGlobal('documented', (found: unknown, expected: unknown) => {
      checked.push(found);
      expect(found).toEqual(expected);
    });
    vi.spyOn(console, 'log').mockImplementation(() => {});
    writeFileSync(fileOf(block), runnable(block));
    await import(pathToFileURL(fileOf(block)).href);
    expect(checked).toHaveLength(block.code.match(/; \/\/ => /g)?.length ?? 0);
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
  });

  it('its programs are correctly typed', () => {
    for (const block of programs) writeFileSync(fileOf(block), `${block.code}\nexport {};\n`);
    const config = {
      extends: packageFile('tsconfig.json'),
      compilerOptions: {
        noUnusedLocals: false,
        paths: { pointsman: [packageFile('src/index.ts')] },
        typeRoots: [packageFile('node_modules/@types')],
      },
      include: ['*.ts'],
    };
    writeFileSync(join(scratch, 'tsconfig.json'), JSON.stringify(config));
    let found = '';
    try {
      execFileSync(process.execPath, [packageFile('node_modules/typescript/bin/tsc'), '-p', scratch], { encoding: 'utf8' });
    } catch (error) {
      found = (error as { stdout: string }).stdout;
    }
    expect(found).toBe('');
  });

  /** Lines of a block that starts a project belong together. */
  const projects = blocks.filter(({ language, code }) => language === 'sh' && code.startsWith('npx pointsman init .'));
  it.each(projects.map((block) => [block.line, block] as const))(
    'its project at line %i works, command after command',
    async (_, { code }) => {
      const cwd = folder();
      for (const line of code.trim().split('\n')) {
        const ran = await run(wordsOf(line).slice(2), { cwd });
        expect([line, ran.code, ran.talk.includes('pointsman: ')]).toEqual([line, 0, false]);
      }
    },
  );

  const inProjects = new Set(projects.flatMap(({ code }) => code.trim().split('\n')));
  const commandLines = shellLines.filter((line) => line.startsWith('npx pointsman ') && !inProjects.has(line));
  it.each(commandLines)('its command `%s` works', async (line) => {
    if (line.includes('train')) return expectKnownFlags(line);
    const cwd = folder();
    copyFileSync(packageFile('test/prompts.csv'), join(cwd, 'prompts.csv'));
    const { code, talk } = await run(wordsOf(line).slice(2), { cwd });
    expect([code, talk.includes('pointsman:')]).toEqual([0, false]);
  });

  it('describes the lines the evaluation prints, in their order', async () => {
    const cwd = folder();
    writeFileSync(join(cwd, 'mine.csv'), csvOf(40, turns));
    const { out } = await run(['eval', '--data', 'mine.csv', '--classifier', 'rules', '--replicates', '100'], { cwd });
    const described = [...readme.matchAll(/^\| `([A-Z]+)` \|/gm)].map(([, word]) => word);
    const printed = [...out.matchAll(/^([A-Z]{4,}) +/gm)].map(([, word]) => word);
    expect(described).toEqual(printed);
  });

  it('names only scripts that there are', () => {
    const named = [...`${readme}${text('CONTRIBUTING.md')}`.matchAll(/npm (?:run ([\w-]+)|(test))/g)].map(
      ([, script, test]) => script ?? test,
    );
    expect(named.filter((script) => scripts[script as string] === undefined)).toEqual([]);
    expect(shellLines.filter((line) => !/^(npm|npx pointsman) /.test(line))).toEqual([]);
  });

  it('lists the exit codes, dependencies, classifiers, commands and values that there are', () => {
    for (const [code, meaning] of EXIT_CODES) expect(readme).toContain(`| ${code} | ${meaning} |`);
    const table = readme.slice(readme.indexOf('## Dependencies'));
    expect([...table.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name).sort()).toEqual(Object.keys(dependencies).sort());
    for (const name of CLASSIFIER_NAMES) expect(readme).toContain(`\`${name}\``);
    for (const { name } of COMMANDS) expect(readme).toMatch(new RegExp(`(npx pointsman|\`pointsman|npm run) ${name}\\b`));
    for (const pool of Object.keys(JSON.parse(text(DEFAULT_POLICY_FILE)).pools)) expect(readme).toContain(`\`${pool}\``);
    for (const [axis, { values }] of Object.entries(defaultTaxonomy))
      expect(readme).toContain(`| ${axis} | ${Object.keys(values).join(', ')} |`);
  });

  it('points only at files that there are', () => {
    const paths = [...`${readme}${text('CONTRIBUTING.md')}`.matchAll(/`((?:src|test|datasets|prompts)\/[\w./-]+\.\w+)`/g)].map(
      ([, path]) => path as string,
    );
    expect(paths.length).toBeGreaterThan(5);
    for (const path of paths) expect(text(path).length).toBeGreaterThan(0);
  });
});

/** Training takes half a minute and is run by `.ci/run`; here its flags are checked. */
async function expectKnownFlags(line: string): Promise<void> {
  const [, , name, ...argv] = wordsOf(line);
  expect((await run([name as string, ...argv, '--help'])).code).toBe(0);
}

/** The words of a shell line, quotes removed. @example wordsOf('a "b c"') // => ['a', 'b c'] */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? (bare as string));
}
