import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const folder = new URL('../../../src/eval/metrics/', import.meta.url);
const files = readdirSync(folder).filter((file) => file.endsWith('.ts'));

/** One-line examples: `@example expression // => value`. */
function examplesIn(file: string): [string, string][] {
  const text = readFileSync(new URL(file, folder), 'utf8');
  return [...text.matchAll(/@example (.+?) \/\/ => (.+?)(?: \*\/)?$/gm)].map(([, expression = '', value = '']) => [expression, value]);
}

/** Figures in examples are written to six digits. */
function rounded(value: unknown): unknown {
  if (typeof value === 'number') return Number(value.toFixed(6));
  if (ArrayBuffer.isView(value)) return [...(value as Float64Array)].map(rounded);
  if (Array.isArray(value)) return value.map(rounded);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, rounded(inner)]));
}

describe('examples in the docstrings of the metrics', async () => {
  const modules = await Promise.all(files.map((file) => import(new URL(file, folder).href)));
  const scope: Record<string, unknown> = Object.assign({}, ...modules);
  const evaluate = (code: string): unknown => new Function(...Object.keys(scope), `return (${code});`)(...Object.values(scope));

  it('exist', () => {
    expect(files.flatMap(examplesIn).length).toBeGreaterThan(30);
  });

  it.each(files.flatMap((file) => examplesIn(file).map(([code, value]) => [file, code, value] as const)))(
    '%s: %s',
    (_file, code, value) => {
      expect(rounded(evaluate(code))).toEqual(evaluate(value));
    },
  );
});

describe('every metric', () => {
  it.each(files.filter((file) => !['gap.ts', 'resample.ts', 'beta.ts'].includes(file)))(
    '%s names its source or explains itself',
    (file) => {
      const text = readFileSync(new URL(file, folder), 'utf8');
      const exported = [...text.matchAll(/(\/\*\*[\s\S]*?\*\/\s*)?export function (\w+)/g)];
      for (const [, comment, name] of exported) expect(comment ?? (name === 'marginsOf' ? 'counts' : ''), `${file} ${name}`).not.toBe('');
    },
  );
});
