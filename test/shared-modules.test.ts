import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packageFile } from '../src/config/files.ts';

/** Modules are loaded once for many test files: what a helper registers while it is loaded, only the first of them would have. */
it('helpers of tests register nothing when loaded, but in a function that each file calls', () => {
  const folder = packageFile('test');
  const helpers = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /(?<!\.test|\.test-d)\.ts$/.test(name));
  expect(helpers).toContain(join('cli', 'eval-paid-helpers.ts'));
  const registers = (name: string) => /^((before|after)(All|Each)|vi\.\w+)\(/m.test(readFileSync(join(folder, name), 'utf8'));
  expect(helpers.filter(registers)).toEqual([]);
});
