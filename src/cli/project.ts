import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { PROJECT_FILE, type Project, readProject } from '../config/project.ts';
import { defaultTaxonomy } from '../core/default-taxonomy.ts';
import type { Taxonomy } from '../core/taxonomy.ts';
import type { Flags } from './flags.ts';
import type { Io } from './io.ts';

/** Read once a command, however many of its parts ask. */
const known = new WeakMap<Io, Promise<Project | null>>();

/**
 * The project one works in: the file named, else the one in the working folder; null when there is none. Says on standard error which it is.
 *
 * @param learning true where weights are about to be made: that there are none yet needs no word
 */
export function projectOf(flags: Flags, io: Io, learning = false): Promise<Project | null> {
  const found = known.get(io) ?? findProject(flags.text('project'), io, learning);
  known.set(io, found);
  return found;
}

async function findProject(given: string | undefined, io: Io, learning: boolean): Promise<Project | null> {
  const here = join(io.cwd, PROJECT_FILE);
  if (given === 'none' || (given === undefined && !existsSync(here))) return null;
  const found = await readProject(given === undefined ? here : resolve(io.cwd, given));
  const shown = (path: string) => relative(io.cwd, path);
  io.talk(`project ${shown(found.file)}: axes ${Object.keys(found.taxonomy).join(', ')}\n`);
  if (!found.trained && !learning)
    io.talk(`there is no ${shown(found.weights)} yet, so \`embedded\` does not know these axes: run \`pointsman train\`\n`);
  return found;
}

/** The same world with another part in it, for one command: what was read of the project is neither read nor told again. */
export function sameProject(io: Io, part: Partial<Io>): Io {
  const other = { ...io, ...part };
  const found = known.get(io);
  if (found !== undefined) known.set(other, found);
  return other;
}

/** The axes a command works with. */
export async function taxonomyOf(flags: Flags, io: Io): Promise<Taxonomy> {
  return (await projectOf(flags, io))?.taxonomy ?? defaultTaxonomy;
}
