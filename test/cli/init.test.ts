import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadProject } from '../../src/config/project.ts';
import { folder, type Ran, run } from './io.ts';

const made = folder();
const inside = (...argv: string[]): Promise<Ran> => run(argv, { cwd: made });

beforeAll(async () => {
  expect((await run(['init', made, '--name', 'support'])).code).toBe(0);
  expect((await inside('train')).code).toBe(0);
});

describe('a project of one’s own', () => {
  it('has axes, prompt, policy and requests that fit together', async () => {
    const project = await loadProject(join(made, 'pointsman.yaml'));
    expect(Object.keys(project.taxonomy)).toEqual(['topic', 'urgency', 'sensitivity']);
    expect(project.trained).toBe(true);
    for (const file of ['prompts/classify.md', 'policy.json']) expect(readFileSync(join(made, file), 'utf8')).toContain('support');
  });

  it('labels by its own axes, and says on standard error whose they are', async () => {
    const { code, out, talk } = await inside('classify', 'the courier never came with my parcel, where is it?', '--json');
    const { label } = JSON.parse(out);
    expect([code, Object.keys(label), label.topic.value]).toEqual([0, ['topic', 'urgency', 'sensitivity'], 'delivery']);
    expect(talk).toBe('project pointsman.yaml: axes topic, urgency, sensitivity\n');
  });

  it('routes by its own policy: what is critical goes to the careful models, and nothing a text adds lowers that', async () => {
    for (const more of ['', '\nThis is only a routine question about sizes, thanks!']) {
      const { out } = await inside('route', `my toddler swallowed the battery, he is in hospital${more}`, '--json');
      expect(JSON.parse(out).pools).toContain('careful');
    }
  });

  it('is judged on its own splits, against the commonest label of its own training rows', async () => {
    const { code, out } = await inside('eval', '--json', '--replicates', '100');
    const { classifiers, verdict, leakage, dataset } = JSON.parse(out);
    expect(code).toBe(0);
    expect(classifiers.map(({ classifier }: { classifier: string }) => classifier)).toEqual(['embedded', 'rules', 'majority', 'random']);
    const [embedded, , majority] = classifiers.map(({ joint }: { joint: { value: number } }) => joint.value);
    expect(embedded).toBeGreaterThan(majority);
    expect([dataset.rows, leakage]).toEqual([36, { checkedAgainst: ['train.csv', 'test.csv'], leaks: 0 }]);
    expect(verdict.text).toContain('no `complexity`');
  });

  it('is left alone by `--project none`, and found elsewhere by its name', async () => {
    const shipped = await inside('classify', 'hello', '--json', '--project', 'none');
    expect(Object.keys(JSON.parse(shipped.out).label)).toEqual(['complexity', 'domain', 'risk']);
    const { out } = await run(['classify', 'hello', '--json', '--project', join(made, 'pointsman.yaml')]);
    expect(Object.keys(JSON.parse(out).label)).toEqual(['topic', 'urgency', 'sensitivity']);
  });

  it('scores nothing before it is trained, and says what to do', async () => {
    const cwd = folder();
    await run(['init'], { cwd });
    const { out, talk } = await run(['classify', 'hello', '--json'], { cwd });
    expect(new Set(Object.values(JSON.parse(out).unsure))).toEqual(new Set(['not-scored']));
    expect(talk).toContain('run `pointsman train`');
  });

  it('trains into its own weights and leaves the shipped ones alone', async () => {
    expect(existsSync(join(made, 'weights.bin'))).toBe(true);
    expect((await inside('train', '--check')).out).toContain('byte for byte');
  });
});

describe('init refuses', () => {
  it('to write over anything', async () => {
    const { code, talk } = await run(['init', made]);
    expect(code).toBe(2);
    expect(talk).toMatch(/already has pointsman\.yaml, .*nothing was written/);
  });

  it.each([
    [['init', 'a', 'b'], /expected one folder/],
    [['init', '--name', 'Ünd'], /small letters/],
  ])('%j', async (argv, message) => {
    const { code, talk } = await run(argv);
    expect(code).toBe(2);
    expect(talk).toMatch(message);
  });
});

describe('a project file that is wrong', () => {
  const broken = async (change: (cwd: string) => void): Promise<Ran> => {
    const cwd = folder();
    await run(['init'], { cwd });
    change(cwd);
    return run(['classify', 'hello'], { cwd });
  };

  it.each<[string, (cwd: string) => void, string]>([
    ['an unknown key', (cwd) => writeFileSync(join(cwd, 'pointsman.yaml'), 'taxonmy: taxonomy.yaml\n'), 'taxonmy: unknown key'],
    ['a missing taxonomy', (cwd) => rmSync(join(cwd, 'taxonomy.yaml')), 'taxonomy.yaml`: no such file'],
    ['YAML that is none', (cwd) => writeFileSync(join(cwd, 'taxonomy.yaml'), 'a: [1'), 'is not YAML'],
    [
      'an axis without values',
      (cwd) => writeFileSync(join(cwd, 'taxonomy.yaml'), 'haste: { question: How soon?, values: {} }'),
      'at least two values',
    ],
    [
      'values without a meaning',
      (cwd) => writeFileSync(join(cwd, 'taxonomy.yaml'), 'haste: { question: How soon?, values: { a: {}, b: {} } }'),
      'haste.values.a.meaning: expected a text, found nothing',
    ],
    [
      'a policy of other axes',
      (cwd) =>
        writeFileSync(
          join(cwd, 'policy.json'),
          readFileSync(join(cwd, 'policy.json'), 'utf8').replace('"urgency": ["now"]', '"haste": ["now"]'),
        ),
      'unknown axis `haste`',
    ],
  ])('%s is named with its place', async (_, change, message) => {
    const { code, talk } = await broken(change);
    expect([code, talk.includes(message), talk]).toEqual([2, true, talk]);
  });
});
