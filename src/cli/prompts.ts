import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { packageFile, readTextFile } from '../config/files.ts';
import { type PromptPlan, promptPlan } from '../config/prompt-build.ts';
import { RouterError } from '../core/errors.ts';
import type { Taxonomy } from '../core/taxonomy.ts';
import { makeFolders } from '../folders.ts';

/** One version of a prompt, fixed: what is evaluated is a copy under its hash, whatever happens to the file meanwhile. */
export type PromptVersion = PromptPlan & {
  /** As it was asked for: `classify`, `prompts/terse.md`, `classify@git:HEAD~1`. */
  name: string;
  /** The file an editor opens. */
  file: string;
  text: string;
  /** Where its copy goes, named by its hash. */
  copy: string;
};

/** Where prompts are looked for; `projectPrompt` is the file a project names. */
export type PromptPlaces = { cwd: string; projectPrompt?: string | undefined };

const REVISION = /^(.+)@git:([\w./~^@{}-]+)$/;

/**
 * Prompts by name or path, each perhaps as it was at a git revision.
 *
 * @throws RouterError `input.not-found`, `options.invalid` or `prompt.invalid`
 */
export async function readPrompts(names: readonly string[], taxonomy: Taxonomy, places: PromptPlaces): Promise<PromptVersion[]> {
  const versions: PromptVersion[] = [];
  for (const name of names) {
    if (versions.some((version) => version.name === name)) throw unusable(name, 'stands twice', 'name each prompt once');
    const [, base = name, revision] = REVISION.exec(name) ?? [];
    const file = promptFile(base, places);
    const text = revision === undefined ? readTextFile(file) : atRevision(name, file, revision);
    const plan = await promptPlan(text, name === base ? file : name, taxonomy);
    const copy = resolve(places.cwd, '.pointsman/cache/prompts', `${plan.hash}.md`);
    versions.push({ ...plan, name, file, text, copy });
  }
  return versions;
}

/** Writes the copy: only what is asked with leaves anything on disk. */
export function fixPrompt({ copy, text }: PromptVersion): string {
  makeFolders(dirname(copy));
  writeFileSync(copy, text);
  return copy;
}

/** A path as it stands, else a prompt of that name: of the folder one works in, of the project, or a shipped one. */
export function promptFile(name: string, { cwd, projectPrompt }: PromptPlaces): string {
  const inProject = projectPrompt === undefined ? [] : [join(dirname(projectPrompt), `${name}.md`)];
  const named = [resolve(cwd, 'prompts', `${name}.md`), ...inProject, packageFile(`prompts/${name}.md`)];
  const places = name.endsWith('.md') ? [resolve(cwd, name)] : [...new Set(named)];
  const found = places.find((place) => existsSync(place));
  if (found !== undefined) return found;
  throw new RouterError('input.not-found', `no prompt \`${name.slice(0, 100)}\`: looked for ${places.join(' and ')}`, {
    where: '--prompt',
    advice: 'name a file, or a prompt of `prompts/` without `.md`',
  });
}

/** The file as it was; git reads the revision, no shell does. */
function atRevision(name: string, file: string, revision: string): string {
  if (revision.startsWith('-')) throw unusable(name, 'names no revision', 'write `NAME@git:REV`, such as `classify@git:HEAD~1`');
  try {
    return execFileSync('git', ['show', `${revision}:./${basename(file)}`], {
      cwd: dirname(file),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } catch (cause) {
    const said =
      String((cause as { stderr?: unknown }).stderr ?? (cause as Error).message)
        .trim()
        .split('\n')[0] ?? '';
    throw unusable(name, `cannot be read: ${said}`, `see \`git log -- ${join('prompts', basename(file))}\` for revisions`, cause);
  }
}

const unusable = (name: string, why: string, advice: string, cause?: unknown) =>
  new RouterError('options.invalid', `prompt \`${name.slice(0, 100)}\` ${why}`, { where: '--prompt', advice, cause });
