import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { packageFile } from '../../src/config/files.ts';
import { loadPolicy } from '../../src/config/policy.ts';
import { defaultTaxonomy } from '../../src/core/default-taxonomy.ts';
import { RouterError } from '../../src/core/errors.ts';
import type { PolicyInput } from '../../src/core/policy.ts';

const shipped = () => JSON.parse(readFileSync(packageFile('datasets/policies/default.json'), 'utf8'));

function problemsIn(policy: unknown): string {
  try {
    loadPolicy(policy as PolicyInput, defaultTaxonomy);
  } catch (error) {
    if (error instanceof RouterError) return error.message;
    throw error;
  }
  return 'none';
}

describe('a bad policy', () => {
  it('has misspelt keys listed with everything else that is wrong, each by its path', () => {
    const policy = { ...shipped(), objectve: 'best', lastResort: 'x/y' };
    policy.rules = [{ when: { label: { complexty: ['low'] }, tols: true }, pool: 'nowhere' }, ...policy.rules];
    const message = problemsIn(policy);
    expect(message).toContain('has 5 problem(s)');
    for (const line of [
      'objectve: unknown key; did you mean `objective`?',
      'rules.0.when.tols: unknown key; did you mean `tools`?',
      'lastResort: unknown model `x/y`',
      'rules.0.pool: unknown pool `nowhere`',
      'rules.0.when.label.complexty: unknown axis',
    ])
      expect(message).toContain(line);
  });

  it('is not changed by being read', () => {
    const policy = { ...shipped(), objectve: 'best' };
    problemsIn(policy);
    expect(policy.objectve).toBe('best');
  });
});

describe('the package', () => {
  it('holds every data folder and file that the sources name', () => {
    const { files } = JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as { files: string[] };
    for (const needed of [
      'datasets/models.json',
      'datasets/policies',
      'datasets/requests',
      'datasets/lexicon',
      'prompts',
      'src/classify/embedded/weights.bin',
    ])
      expect(files).toContain(needed);
  });
});
