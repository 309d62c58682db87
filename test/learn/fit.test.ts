import { copyFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { OutcomeTable } from '../../src/eval/table/table.ts';
import { type FitReport, fitOutcomes } from '../../src/learn/fit.ts';
import { createRouter } from '../../src/router.ts';
import { alike, fakeTable, specialists } from '../eval/table/helpers.ts';
import { fitted, readers } from './fit-helpers.ts';

const folder = mkdtempSync(join(tmpdir(), 'fit-'));
const write = (table: OutcomeTable, out: string, seed = 1) =>
  fitOutcomes({ table, out: join(folder, out), readers, classifier: 'embedded', models: { known: [], catalogue: [] }, seed });

describe('a policy fitted on outcomes', () => {
  let table: OutcomeTable;
  let report: FitReport;
  beforeAll(async () => {
    table = await fakeTable(specialists(600));
    report = await write(table, 'policy.fitted.json');
  });

  test('sends each kind of request to the model that is worth it', async () => {
    await using router = createRouter({ policy: report.out });
    const poem = await router.route('write a poem number 7001');
    const equation = await router.route('solve the equation number 7001');
    expect(report.policy.fitted.choice).toBe('routed');
    expect(poem.kind === 'chosen' && poem.model).toBe('outcomes/cheap');
    expect(equation.kind === 'chosen' && equation.model).toBe('outcomes/dear');
    expect(poem.kind === 'chosen' && poem.estimate.basis.quality).toBe('MEASURED');
    expect(poem.kind === 'chosen' && poem.estimate.quality).toBeCloseTo(0.95, 1);
  });

  test('names its kinds by their words, with examples by id', () => {
    const kinds = report.policy.fitted.kinds;
    expect(kinds.map(({ name }) => name)).toEqual(['math', 'poems']);
    expect(kinds[0]?.terms).toContain('equation');
    expect(kinds[1]?.terms).toContain('poem');
    expect(kinds[0]?.examples).toHaveLength(5);
    expect(kinds[0]?.examples.every((id) => Number(id.slice(1)) % 2 === 0)).toBe(true);
  });

  test('is the same, byte for byte, when repeated; another seed draws other folds', async () => {
    const again = await write(table, 'again.json');
    const other = await write(table, 'other.json', 2);
    const text = (path: string) => readFileSync(path, 'utf8').replaceAll(/(again|policy\.fitted|other)\./g, '');
    expect(text(again.out)).toBe(text(report.out));
    expect(readFileSync(again.weights as string).equals(readFileSync(report.weights as string))).toBe(true);
    expect(other.policy.fitted.folds.results).not.toEqual(report.policy.fitted.folds.results);
  });

  test('is refused when the pool changes, the weights are others, or the weights are gone', () => {
    const policy = JSON.parse(readFileSync(report.out, 'utf8'));
    const changed = (name: string, change: object) => {
      const file = join(folder, name);
      writeFileSync(file, JSON.stringify({ ...policy, ...change }));
      return file;
    };
    const code = (file: string) => {
      try {
        createRouter({ policy: file });
      } catch (error) {
        return (error as { code: string }).code;
      }
      return 'none';
    };
    const extra = [...policy.models, { ...policy.models[0], id: 'outcomes/newcomer' }];
    expect(code(changed('same.json', {}))).toBe('none');
    expect(code(changed('more.json', { models: extra }))).toBe('policy.pool-changed');
    expect(code(changed('renamed.json', { models: policy.models.map((each: object) => ({ ...each, wireName: 'x' })) }))).toBe(
      'policy.pool-changed',
    );
    const weights = { ...policy.fitted.weights, file: 'absent.bin' };
    expect(code(changed('absent.json', { fitted: { ...policy.fitted, weights } }))).toBe('input.not-found');
    copyFileSync(report.out, join(folder, 'absent.bin'));
    expect(code(changed('other-weights.json', { fitted: { ...policy.fitted, weights } }))).toBe('weights.invalid');
  });
});

describe('the guard', () => {
  test('says to use one model where there is nothing to route', async () => {
    const { policy } = await fitted(await fakeTable(alike(400)));
    expect(policy.fitted.choice).toBe('constant');
    expect(policy.fitted.finding).toMatch(/^use outcomes\/dear for everything: on 400 questions/);
    expect(policy.fitted.finding).toContain('names no different kinds of request, and is too small');
    expect(policy.pools.constant?.models).toEqual(['outcomes/dear']);
    expect(policy.rules).toEqual([{ when: {}, pool: 'constant' }]);
  });
});
