import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageFile } from '../../src/config/files.ts';
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
const edited = (line: string) => SHIPPED.replace('# User', `${line}\n\n# User`);
/** Takes every high complexity for medium until told better, and every code for math when told too much. */
const pupil = labelling((text, system) => {
  const gold = goldOf(text);
  if (gold.complexity === 'high' && !system.includes('Mind the high ones')) return { ...gold, complexity: 'medium' };
  return gold.domain === 'code' && system.includes('Too much') ? { ...gold, domain: 'math' } : gold;
});

function workplace(): string {
  const cwd = folder();
  writeFileSync(join(cwd, 'mine.csv'), csvOf(120, turns));
  mkdirSync(join(cwd, 'prompts'));
  writeFileSync(join(cwd, 'prompts/classify.md'), SHIPPED);
  return cwd;
}
const ASK = ['eval', '--data', 'mine.csv', '--prompt', 'classify', '--max-usd', '1'];
const world = (cwd: string) => ({ cwd, env: { OPENAI_BASE_URL: upstream.url, POINTSMAN_MODEL: 'gpt-4.1-nano' }, fetch: globalThis.fetch });

/** Runs until it waits, then does the next of these; ends after the last. */
async function watch(cwd: string, edits: readonly string[], more: readonly string[] = []) {
  const stop = new AbortController();
  const ran = { out: '', talk: '' };
  const left = [...edits];
  const code = await run([...ASK, ...more, '--watch'], {
    ...world(cwd),
    signal: stop.signal,
    out: async (text) => {
      ran.out += text;
    },
    talk: (text) => {
      ran.talk += text;
      if (!/waiting|expected/.test(text)) return;
      const next = left.shift();
      if (next === undefined) stop.abort();
      else writeFileSync(join(cwd, 'prompts/classify.md'), next);
    },
  });
  return { ...ran, code: code.code };
}

describe('watching a prompt', () => {
  it('shows at each change what became of the errors of the last run, and says how little that proves', async () => {
    upstream.behave(pupil);
    const cwd = workplace();
    await run([...ASK, '--replicates', '100'], world(cwd));
    const before = upstream.calls();
    const { out, code } = await watch(cwd, [edited('Mind the high ones.'), edited('Mind the high ones. Too much.')]);
    expect(code).toBe(0);
    const previews = out.split('PREVIEW').slice(1);
    expect(previews).toHaveLength(3);
    for (const preview of previews) expect(preview).toContain('biased preview, no significance · 60 rows, errors of');
    expect(previews[0]).toContain('0 of 40 errors mended · 0 of 20 right ones broken · $0.00, 60 remembered');
    expect(previews[1]).toContain('40 of 40 errors mended · 0 of 20 right ones broken');
    expect(previews[1]).toMatch(/fixed +r\d+ +complexity: medium → high \(gold high\)/);
    expect(previews[2]).toMatch(/broken +r\d+ +domain: code → math \(gold code\)/);
    expect(upstream.calls() - before).toBe(120);
  });

  it('waits for a prompt that cannot be read to be mended, and keeps no run', async () => {
    upstream.behave(pupil);
    const cwd = workplace();
    const { out, talk, code } = await watch(cwd, [SHIPPED.replace('{{taxonomy}}', '{{nothing}}'), edited('Mind the high ones.')]);
    expect(code).toBe(0);
    expect(talk).toContain('nothing');
    expect(out.split('PREVIEW').slice(1)).toHaveLength(2);
    expect(out).toContain('drawn at random: no earlier run on these rows');
    expect(() => readFileSync(join(cwd, '.pointsman/runs'))).toThrow(/ENOENT/);
  });

  it('starts neither from a run without answers nor from a preview without them', async () => {
    upstream.behave(failing(500));
    const cwd = workplace();
    const lost = await run([...ASK, '--replicates', '100', '--retries', '0'], world(cwd));
    expect(lost.code).toBe(3);
    let edits = 0;
    upstream.behave((exchange) => (edits === 0 ? failing(500)(exchange) : pupil(exchange)));
    const stop = new AbortController();
    let out = '';
    const texts = [edited('First.'), edited('Mind the high ones.')];
    const { code } = await run([...ASK, '--retries', '0', '--watch'], {
      ...world(cwd),
      signal: stop.signal,
      out: async (text) => {
        out += text;
      },
      talk: (text) => {
        if (!text.includes('waiting')) return;
        const next = texts[edits++];
        if (next === undefined) stop.abort();
        else writeFileSync(join(cwd, 'prompts/classify.md'), next);
      },
    });
    expect(code).toBe(0);
    const previews = out.split('PREVIEW').slice(1);
    expect(previews).toHaveLength(3);
    expect(previews[0]).toContain('0 rows, drawn at random: no earlier run on these rows');
    expect(previews[1]).toMatch(/0 of ([1-9]\d*) errors mended · 0 of [1-9]\d* right ones broken/);
    const [, errors] = /0 of (\d+) errors mended/.exec(previews[1] ?? '') ?? [];
    expect(previews[2]).toContain(`${errors} of ${errors} errors mended · 0 of`);
  });

  it('ends with 4 when the cap of the session is reached', async () => {
    upstream.behave(pupil);
    const { code, out } = await watch(workplace(), [], ['--max-usd', '0.001']);
    expect(code).toBe(4);
    expect(out).toContain('not asked: budget');
  });

  it.each([
    [['--compare', 'last'], '--compare'],
    [['--split', 'test'], 'test'],
    [['--prompt', 'other'], 'one prompt'],
  ])('refuses %j', async (more, why) => {
    const { code, talk } = await run([...ASK, '--watch', ...more], world(workplace()));
    expect(code).toBe(2);
    expect(talk).toContain(why);
  });
});
