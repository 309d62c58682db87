import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from '../../cli/io.ts';
import { world } from '../../servers/world.ts';
import { calls, closesServers, LARGE, NANO, NATURES, start, summaryOf } from './collect-helpers.ts';

closesServers();

describe('money', () => {
  it('is never spent without a cap; --dry-run names it role by role and needs no key', async () => {
    const made = await start(world(NATURES));
    const bare = await made.ask();
    expect([bare.code, calls()]).toEqual([2, 0]);
    expect(bare.out).toContain('--max-usd');
    const argv = ['eval', '--collect', '--data', 'p.jsonl', '--out', 't/m', '--models', LARGE, '--dry-run'];
    const dry = await run(argv, { cwd: made.cwd });
    expect(dry.code).toBe(0);
    expect(dry.out).toMatch(/role +low +expected +worst\nopenai\/gpt-4\.1 /);
    expect(dry.out).toContain('OPENAI_API_KEY');
    expect(existsSync(join(made.cwd, 't'))).toBe(false);
  });

  it('is named for every model of a pool and for the judge', async () => {
    const made = await start(world(NATURES), 5, { grader: 'judge' });
    const argv = [
      'eval',
      '--collect',
      '--data',
      'p.jsonl',
      '--out',
      't/m',
      '--pool',
      'low',
      '--judge',
      'xai/grok-4.20-0309-reasoning',
      '--dry-run',
    ];
    const dry = await run(argv, { cwd: made.cwd });
    expect([dry.code, dry.talk]).toEqual([0, '']);
    expect(dry.out).toMatch(/^openai\/\S+ .*\$/m);
    const [low, expected, worst] = (/^judge xai\/grok-4\.20-0309-reasoning +\$(\S+) +\$(\S+) +\$(\S+)$/m.exec(dry.out) ?? [])
      .slice(1)
      .map(Number);
    expect(low).toBeGreaterThan(0);
    expect(expected).toBeGreaterThan(low ?? Number.NaN);
    expect(worst).toBeGreaterThan(expected ?? Number.NaN);
  });

  it('stops at the cap with whole prompts, ends with 4, and goes on when the cap is raised', async () => {
    const made = await start(
      world({ 'gpt-4.1-nano': { quality: 1, outputTokens: 2_000 }, 'gpt-4.1': { quality: 1, outputTokens: 2_000 } }),
      40,
    );
    const ran = await made.ask('--max-usd', '0.2', '--json');
    const { cells, usd, models } = summaryOf(ran);
    expect(ran.code).toBe(4);
    expect(usd.candidates).toBeLessThanOrEqual(0.2);
    expect(usd.candidates).toBeGreaterThan(0.1);
    expect(cells.skipped_budget).toBeGreaterThan(0);
    expect(models[0]?.cells.ok).toBe(models[1]?.cells.ok);
    const more = await made.ask('--max-usd', '5', '--json');
    expect([more.code, summaryOf(more).cells.ok, calls()]).toEqual([0, 80, 80]);
  });

  it('counts what earlier attempts spent', async () => {
    const made = await start(world(NATURES), 20);
    await made.ask('--max-usd', '1', '--models', NANO);
    const { usd } = summaryOf(await made.ask('--max-usd', '1', '--models', NANO, '--json'));
    expect(usd.thisRun).toBe(0);
    expect(usd.candidates).toBeCloseTo(20 * (20 * 0.1 + 10 * 0.4) * 1e-6, 12);
    expect((await made.ask('--max-usd', String(usd.candidates), '--json')).code).toBe(4);
  });
});
