import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import type { TestProject } from 'vitest/node';
import { bundle, ENTRIES } from '../../build/bundle.ts';
import { packageFile } from '../../src/config/files.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Folder of the program as it is published, and of the workers of `evals/prove`: a process of it starts in a fifth of the time. */
    built: string;
    /** By file of that folder the sources it was made of. */
    builtOf: Readonly<Record<string, readonly string[]>>;
  }
}

const WORKERS = ['budget-worker', 'kill-worker', 'tune-worker'];

/** Builds once for all test files; the folder goes when they are done. */
export async function setup(project: TestProject): Promise<() => void> {
  mkdirSync(packageFile('.pointsman'), { recursive: true });
  const folder = mkdtempSync(packageFile('.pointsman/built-'));
  const workers = Object.fromEntries(WORKERS.map((name) => [name, `evals/prove/${name}.ts`]));
  project.provide('builtOf', await bundle(folder, { ...ENTRIES, ...workers }));
  project.provide('built', folder);
  return () => rmSync(folder, { recursive: true, force: true });
}
