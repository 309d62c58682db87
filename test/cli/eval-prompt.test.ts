import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contentHash, packageFile } from '../../src/config/files.ts';
import { csvOf, turns } from '../eval/helpers.ts';
import { goldOf, labelling } from '../servers/labelling.ts';
import { failing, silent, startUpstream, type Upstream } from '../servers/upstream.ts';
import { folder, run } from './io.ts';

let upstream: Upstream;
beforeAll(async () => {
  upstream = await startUpstream(silent);
});
afterAll(() => upstream.close());

const SHIPPED = readFileSync(packageFile('prompts/classify.md'), 'utf8');
const promptOf = (cwd: string) => join(cwd, 'prompts/classify.md');
const edit = (cwd: string, line: string) => writeFileSync(promptOf(cwd), SHIPPED.replace('# User', `${line}\n\n# User`));

function workplace(rows: number): string {
  const cwd = folder();
  writeFileSync(
    join(cwd, 'mine.csv'),
    csvOf(rows, turns, (index) => ({ language: index % 3 === 2 ? 'th' : 'en' })),
  );
  mkdirSync(join(cwd, 'prompts'));
  writeFileSync(promptOf(cwd), SHIPPED);
  return cwd;
}

/** Takes every high complexity for medium, unless the prompt has learnt better. */
const pupil = labelling((text, system) => {
  const gold = goldOf(text);
  return gold.complexity === 'high' && !system.includes('Mind the high ones') ? { ...gold, complexity: 'medium' } : gold;
});
const ASK = ['eval', '--data', 'mine.csv', '--classifier', 'llm', '--prompt', 'classify', '--replicates', '100', '--max-usd', '1'];
let clock = 1_000_000;
const evaluate = (cwd: string, more: readonly string[] = [], argv: readonly string[] = ASK) =>
  run([...argv, ...more], {
    cwd,
    env: { OPENAI_BASE_URL: upstream.url, POINTSMAN_MODEL: 'gpt-4.1-nano' },
    fetch: globalThis.fetch,
    now: () => (clock += 2_000),
  });
const runFolders = (cwd: string) => readdirSync(join(cwd, '.pointsman/runs')).sort();

describe('a round of tuning', () => {
  it('shows verdict, difference of the prompt, flips with gold and price, cost and the next step, with no id to remember', async () => {
    upstream.behave(pupil);
    const cwd = workplace(96);
    const first = await evaluate(cwd);
    expect(first.code).toBe(0);
    edit(cwd, 'Mind the high ones.');
    const before = upstream.calls();
    const { out, code } = await evaluate(cwd, ['--compare', 'last']);
    expect([code, upstream.calls() - before]).toEqual([0, 96]);
    expect(out).toMatch(/COMPARE {2}BETTER/);
    expect(out).toMatch(/PROMPT {3}[0-9a-f]{12} → [0-9a-f]{12} · 2 lines in, 0 out/);
    expect(out).toContain('  + Mind the high ones.');
    expect(out).toMatch(/fixed +r\d+.*complexity: medium → high \(gold high\)/);
    expect(out).toMatch(/slices that moved.*language:th/);
    expect(out).toMatch(/COST {5}per 1,000 labels \$0\.05 · tokens a call 1,000 in \+ 20 out · p50 /);
    expect(out).toContain('NEXT     no error is left on these rows');
    const report = readFileSync(join(cwd, '.pointsman/runs', runFolders(cwd).at(-1) as string, 'report.md'), 'utf8');
    expect(report).toContain('```diff');
    expect(report).toContain('## Cost of classifying');
  });

  it('says nothing of a prompt that was not asked, and takes no run without answers for the last one', async () => {
    upstream.behave(pupil);
    const cwd = workplace(12);
    const first = await evaluate(cwd);
    expect(first.code).toBe(0);
    const poor = ASK.slice(0, -1);
    edit(cwd, 'Mind the high ones.');
    const unasked = await evaluate(cwd, ['0.000001', '--compare', 'last', '--bless'], poor);
    expect(unasked.code).toBe(3);
    expect(unasked.out).toContain(
      'COMPARE  INVALID   no row was answered in both runs: 12 of 12 rows in the older, 0 of 12 rows in the newer',
    );
    expect(unasked.out).toContain('NOT BLESSED');
    expect(unasked.out).not.toMatch(/no error is left|quality \.\d/);
    expect(existsSync(join(cwd, 'evals/baselines'))).toBe(false);
    edit(cwd, 'Mind the high ones. Always.');
    upstream.behave((exchange) => (JSON.stringify(exchange.body).includes('question 3 ') ? failing(500) : pupil)(exchange));
    const { out, code } = await evaluate(cwd, ['--compare', 'last', '--retries', '0']);
    expect(code).toBe(3);
    expect(out).toMatch(/AGAINST .*answered 12 of 12 in the older, 11 of 12 in the newer: compared on the 11 answered in both/);
    expect(out).toMatch(/COST {5}per 1,000 labels \$0\.05 · tokens a call 1,000 in \+ 20 out/);
    expect(out).toContain('act on nothing of this: of the newer run, 1 of its 12 rows were lost to the provider');
  });

  it('compares with the last run of another prompt, also after the same one was run again; an unchanged prompt costs nothing', async () => {
    upstream.behave(pupil);
    const cwd = workplace(30);
    await evaluate(cwd);
    edit(cwd, 'Mind the high ones.');
    await evaluate(cwd);
    const before = upstream.calls();
    const { out } = await evaluate(cwd, ['--compare', 'last', '--json']);
    expect(upstream.calls()).toBe(before);
    const { comparison, tuning } = JSON.parse(out);
    expect(comparison.reference.name).toContain(runFolders(cwd)[0]);
    expect(tuning).toMatchObject({
      before: { hash: contentHash(SHIPPED) },
      cost: { after: { latency: { kind: 'replayed' } } },
      next: null,
    });
    // Taking the edit back finds the answers of the first run.
    writeFileSync(promptOf(cwd), SHIPPED);
    const back = await evaluate(cwd, ['--compare', 'last']);
    expect(upstream.calls()).toBe(before);
    expect(back.out).toMatch(/COMPARE {2}WORSE/);
    expect(back.out).toMatch(
      /NEXT {5}10 of 10 rows with an error label complexity `medium` where `high` is right, 10 of them in language:th: look at r2, r5, r8/,
    );
  });

  it('keeps exact copies of the prompts in the folder of the run', async () => {
    upstream.behave(pupil);
    const cwd = workplace(5);
    await evaluate(cwd);
    const kept = join(cwd, '.pointsman/runs', runFolders(cwd)[0] as string, 'prompts', `${contentHash(SHIPPED)}.md`);
    expect(readFileSync(kept, 'utf8')).toBe(SHIPPED);
  });

  it('reads a revision of git, and sets several prompts side by side', async () => {
    upstream.behave(pupil);
    const cwd = workplace(30);
    const git = (...argv: string[]) =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.example', ...argv], { cwd, stdio: 'ignore' });
    git('init', '-q');
    git('add', 'prompts');
    git('commit', '-qm', 'first');
    edit(cwd, 'Mind the high ones.');
    const both = ['eval', '--data', 'mine.csv', '--prompt', 'classify,classify@git:HEAD', '--replicates', '100', '--max-usd', '1'];
    const { out } = await evaluate(cwd, ['--json'], both);
    const { classifiers, comparisons } = JSON.parse(out);
    expect(classifiers.map((each: { classifier: string; joint: { value: number } }) => [each.classifier, each.joint.value])).toEqual([
      ['llm:classify', 1],
      ['llm:classify@git:HEAD', 20 / 30],
    ]);
    expect(comparisons[0]).toMatchObject({ axis: 'complexity', classifier: 'llm:classify', fixed: 10, broken: 0 });
    const before = upstream.calls();
    const shown = await evaluate(cwd, [], both);
    expect(upstream.calls()).toBe(before);
    expect(shown.out).toMatch(/llm:classify against llm:classify@git:HEAD +complexity +\+33\.3 +10 \/ 0/);
    // The same version under another name is the same question.
    await evaluate(cwd, [], ['eval', '--data', 'mine.csv', '--prompt', 'classify@git:HEAD', '--replicates', '100', '--max-usd', '1']);
    expect(upstream.calls()).toBe(before);
  });

  it.each([
    [['--prompt', 'nowhere'], 'no prompt `nowhere`'],
    [['--prompt', 'classify@git:nope'], 'classify@git:nope'],
    [['--prompt', 'classify,classify'], 'stands twice'],
    [['--prompt', 'mine.csv.md'], 'no prompt'],
  ])('refuses %j and says why', async (more, why) => {
    const { code, talk } = await evaluate(workplace(5), more, ['eval', '--data', 'mine.csv', '--max-usd', '1']);
    expect(code).toBe(2);
    expect(talk).toContain(why);
  });

  it('refuses a prompt nobody asks with, and a broken one before anything is asked', async () => {
    const cwd = workplace(5);
    const unused = await evaluate(cwd, [], ['eval', '--data', 'mine.csv', '--classifier', 'embedded', '--prompt', 'classify']);
    expect([unused.code, unused.talk.includes('--classifier llm')]).toEqual([2, true]);
    writeFileSync(promptOf(cwd), SHIPPED.replace('{{taxonomy}}', '{{taxonomie}}'));
    const before = upstream.calls();
    const broken = await evaluate(cwd);
    expect([broken.code, upstream.calls() - before]).toEqual([2, 0]);
    expect(broken.talk).toContain('taxonomie');
  });

  it('refuses a row that the prompt shows as an example', async () => {
    const cwd = workplace(5);
    writeFileSync(
      join(cwd, 'mine.csv'),
      csvOf(3, turns, (index) => ({ text: index === 1 ? 'On warfarin: took 2 aspirin!' : `text ${index}` })),
    );
    const { code, talk } = await evaluate(cwd);
    expect(code).toBe(3);
    expect(talk).toContain('the few-shots of `classify`');
  });
});
