import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readProject } from '../../src/config/project.ts';
import { createRouter, loadProject } from '../../src/index.ts';
import { folder, type Ran, run } from './io.ts';

const made = folder();
const inside = (...argv: string[]): Promise<Ran> => run(argv, { cwd: made });

beforeAll(async () => {
  expect((await run(['init', made, '--name', 'support'])).code).toBe(0);
  expect((await inside('train')).code).toBe(0);
});

describe('a project of one’s own', () => {
  it('has axes, prompt, policy and requests that fit together', async () => {
    const project = await readProject(join(made, 'pointsman.yaml'));
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

  it('is told why there are no figures of its router, on the screen and in the reports', async () => {
    const { out } = await inside('eval', '--classifier', 'embedded', '--replicates', '100');
    const why = 'policy `support` routes by `sensitivity`, `urgency`; its quality is modelled by `complexity`, an axis that `topic`';
    expect(out).toContain(`ROUTER   left out: ${why}`);
    for (const line of ['FLIPS   ', 'LOSS     classifier']) expect(out).toContain(`${line} no axis \`complexity\` to model quality by`);
    const run = join(/(\S+\.pointsman\S+)/.exec(out)?.[1] ?? '');
    const [markdown, html] = ['report.md', 'report.html'].map((file) => readFileSync(join(run, file), 'utf8'));
    expect(markdown).toContain(`No contenders: ${why}`);
    expect(html).toContain(`Not drawn: ${why.replaceAll(/`(\w+)`/g, '<code>$1</code>')}`);
    for (const text of [out, markdown, html]) expect(text).not.toContain('no rows');
  });

  it('serves an app as it serves the commands', async () => {
    const router = createRouter({ ...(await loadProject(join(made, 'pointsman.yaml'))), cached: true });
    const text = 'the courier never came with my parcel, where is it?';
    const { out } = await inside('classify', text, '--json');
    const label = await router.classify(text);
    expect(Object.entries(label).map(([axis, { value }]) => [axis, value])).toEqual(
      Object.entries(JSON.parse(out).label as typeof label).map(([axis, { value }]) => [axis, value]),
    );
    expect((await router.route('my toddler swallowed the battery, he is in hospital')).kind).toBe('chosen');
    await expect(loadProject(join(made, 'gone.yaml'))).rejects.toMatchObject({ code: 'input.not-found' });
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

describe('init from a labelled set of one’s own', () => {
  it('refuses one of which no split could be made, and says what contradicts what', async () => {
    const cwd = folder();
    writeFileSync(join(cwd, 'two.csv'), 'id,text,topic\n1,hello there you,low\n2,Hello there you!,high\n');
    const { code, talk } = await run(['init', 'made', '--data', 'two.csv'], { cwd });
    expect([code, talk]).toEqual([
      2,
      expect.stringMatching(/dev and test would have no row: .*1 text\(s\) carry two different labels: 1 \/ 2/),
    ]);
    expect(existsSync(join(cwd, 'made'))).toBe(false);
  });

  const kinds = ['refund', 'parcel', 'login'];
  const rows = (count: number) =>
    Array.from({ length: count }, (_, index) => {
      const kind = kinds[index % 3] as string;
      const text = `${(index * 7919).toString(36)} my ${kind} ${'abcdefghijklmnopqrstuvwxyz'[index % 26]?.repeat(7)} ${kind} ${index}`;
      return { id: index, text, kind, level: ['low', 'high'][index % 2] as string, note: `n${index}`, source: 'desk' };
    });

  it('takes axes, values and splits from it, and everything works on them at once', async () => {
    const cwd = folder();
    const csv = rows(90).map(({ id, text, kind, level, note, source }) => `${id},${text},${kind},${level},${note},${source}`);
    writeFileSync(join(cwd, 'mine.csv'), `id,text,kind,level,note,source\n${csv.join('\n')}\n`);
    const { code, talk } = await run(['init', 'desk', '--data', 'mine.csv'], { cwd });
    expect([code, talk]).toEqual([0, 'axes: kind (login, parcel, refund); level (low, high)\n']);
    const inside = { cwd: join(cwd, 'desk') };
    expect(Object.values((await readProject(join(cwd, 'desk/pointsman.yaml'))).taxonomy).map(({ ordered }) => ordered)).toEqual([
      false,
      true,
    ]);
    expect((await run(['train'], inside)).code).toBe(0);
    const { label } = JSON.parse((await run(['classify', 'where is my parcel', '--json'], inside)).out);
    expect(label.kind.value).toBe('parcel');
    const judged = JSON.parse((await run(['eval', '--json', '--replicates', '100'], inside)).out);
    expect([judged.dataset.rows, judged.dataset.axes]).toEqual([18, ['kind', 'level']]);
    expect((await run(['route', 'where is my parcel'], inside)).code).toBe(0);
    expect((await run(['doctor'], inside)).code).toBe(0);
    expect((await run(['data', 'check', 'datasets/requests/dev.csv'], inside)).code).toBe(0);
  });

  it('reads conversations from JSONL', async () => {
    const cwd = folder();
    const lines = rows(60).map(({ id, text, kind }) => JSON.stringify({ id: `c${id}`, messages: [{ role: 'user', content: text }], kind }));
    writeFileSync(join(cwd, 'mine.jsonl'), lines.join('\n'));
    expect((await run(['init', 'desk', '--data', 'mine.jsonl', '--axes', 'kind'], { cwd })).code).toBe(0);
    const { out } = await run(['train'], { cwd: join(cwd, 'desk') });
    expect(out).toContain('from 36 requests');
    expect((await run(['eval', '--replicates', '100', '--classifier', 'majority'], { cwd: join(cwd, 'desk') })).code).toBe(0);
  });

  it.each([
    [
      'no column can be one',
      'id,text,note\n1,a,x y\n2,b,z\n',
      [],
      /no column of `mine.csv` can be an axis.*the columns are id, text, note/s,
    ],
    ['a named one is not there', 'id,text,k\n1,a,x\n2,b,y\n', ['--axes', 'kind'], /kind: is no column/],
    ['a named one has blanks', 'id,text,k\n1,a,x\n2,b,\n', ['--axes', 'k'], /k: is blank in some rows/],
    ['a value is oddly named', 'id,text,k\n1,a,x\n2,b,2nd class\n', ['--axes', 'k'], /k: has the value `2nd class`: use small letters/],
  ])('says why when %s', async (_, text, more, message) => {
    const cwd = folder();
    writeFileSync(join(cwd, 'mine.csv'), text);
    const { code, talk } = await run(['init', 'desk', '--data', 'mine.csv', ...more], { cwd });
    expect([code, existsSync(join(cwd, 'desk'))]).toEqual([2, false]);
    expect(talk).toMatch(message);
  });
});
