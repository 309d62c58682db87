import { execFileSync } from 'node:child_process';
import { relative, resolve, sep } from 'node:path';
import type { GitReader, RunContext } from '../eval/parts.ts';

/** What git says in a folder, or null when it refuses: no repository, no such revision, no git. No shell reads the arguments. */
function git(cwd: string, ...args: string[]): string | null {
  try {
    return execFileSync('git', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 1_000_000_000 });
  } catch {
    return null;
  }
}

/** Commit and whether files differ from it; null outside a repository. */
export function gitState(cwd: string): RunContext['git'] {
  const commit = git(cwd, 'rev-parse', 'HEAD');
  const status = git(cwd, 'status', '--porcelain');
  return commit === null || status === null ? null : { commit: commit.trim(), dirty: status.trim() !== '' };
}

/** The repository of a folder, to look up what was committed. */
export function gitReader(cwd: string): GitReader {
  return {
    commitOf: (revision) =>
      revision.startsWith('-') ? null : (git(cwd, 'rev-parse', '--verify', '--quiet', `${revision}^{commit}`)?.trim() ?? null),
    textAt: (commit, path) => git(cwd, 'show', `${commit}:./${relative(cwd, resolve(cwd, path)).split(sep).join('/')}`),
  };
}
