import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ppid } from 'node:process';
import { describe, expect, it } from 'vitest';
import { run } from '../../cli/io.ts';
import { type Behaviour, completion, failing, json, resetting } from '../../servers/upstream.ts';
import { sums, world } from '../../servers/world.ts';
import { calls, closesServers, LARGE, linesOf, NANO, NATURES, read, start, summaryOf, unless, upstream } from './collect-helpers.ts';

closesServers();

describe('trouble', () => {
  it('F-86 a model that is down is told, its rows are errors, and nobody is compared on unlike rows', async () => {
    const made = await start(
      unless((model) => (model === 'gpt-4.1' ? failing(401) : null), world(NATURES)),
      30,
    );
    const ran = await made.ask('--max-usd', '1');
    expect(ran.code).toBe(3);
    expect(ran.out).toContain(`DOWN      ${LARGE}: no answer of 30 (provider.unauthorised: `);
    expect(ran.out).toContain(`COMPARED  on 30 of 30 prompts, those that it answered; left out, for want of answers: ${LARGE}`);
    // Ten failures in a row, and what was under way meanwhile; then nobody waits for it any more.
    expect(calls()).toBeLessThan(30 + 30);
    expect(read(made, 'm.outcomes.csv')).not.toContain(`,${LARGE},`);
    upstream?.behave(world(NATURES));
    const same = await made.ask('--max-usd', '1');
    expect(same.code).toBe(3);
    const mended = await made.ask('--max-usd', '1', '--retry-errors', '--json');
    expect([mended.code, summaryOf(mended).compared]).toEqual([0, { prompts: 30, models: [NANO, LARGE], leftOut: [] }]);
  });

  it('tries again after what may pass, and waits as long as asked', async () => {
    const odd = (_: string, call: number) =>
      call === 0 ? failing(429, 'slow down', { 'retry-after': '0.1' }) : call === 2 ? failing(503) : null;
    const made = await start(unless(odd, world(NATURES)), 3);
    const ran = await made.ask('--max-usd', '1', '--json');
    expect([ran.code, summaryOf(ran).cells.ok, calls()]).toEqual([0, 6, 8]);
  });

  it('asks for the output limit under the name the endpoint takes', async () => {
    const bodies: Record<string, unknown>[] = [];
    const old: Behaviour = (exchange) => {
      bodies.push(exchange.body);
      const refuses = 'max_completion_tokens' in exchange.body;
      return (refuses ? failing(400, 'Unknown parameter: max_completion_tokens') : world(NATURES))(exchange);
    };
    const made = await start(old, 3);
    const ran = await made.ask('--max-usd', '1', '--models', NANO, '--jobs', '1', '--max-output-tokens', '77');
    expect([ran.code, calls()]).toEqual([0, 4]);
    expect(bodies.at(-1)).toMatchObject({ max_tokens: 77 });
  });

  it('F-54 goes on after being cut off at any byte of the log, and ends with the same table', async () => {
    const made = await start(world({ 'gpt-4.1-nano': { quality: 1 }, 'gpt-4.1': { quality: 0 } }), 6);
    await made.ask('--max-usd', '1');
    const whole = { log: read(made, 'm.collect/cells.jsonl'), table: read(made, 'm.outcomes.csv') };
    for (const share of [0, 0.11, 0.37, 0.5, 0.83, 0.999]) {
      const before = calls();
      const cut = Buffer.from(whole.log).subarray(0, Math.floor(share * whole.log.length));
      writeFileSync(join(made.cwd, 't/m.collect/cells.jsonl'), cut);
      await made.ask('--max-usd', '1');
      const kept = cut.toString('utf8').split('\n').length - 1;
      expect(calls() - before).toBe(12 - kept);
      expect(read(made, 'm.outcomes.csv')).toBe(whole.table);
    }
  });

  it('F-58 takes up nothing new when interrupted, lets calls under way come home, and the same command goes on', async () => {
    const control = new AbortController();
    const slowly: Behaviour = async (exchange) => {
      control.abort();
      await new Promise((resolve) => setTimeout(resolve, 50));
      return world(NATURES)(exchange);
    };
    const made = await start(
      unless((_, call) => (call >= 9 ? slowly : null), world(NATURES)),
      10,
    );
    const argv = [
      'eval',
      '--collect',
      '--data',
      'p.jsonl',
      '--out',
      't/m',
      '--models',
      `${NANO},${LARGE}`,
      '--max-usd',
      '1',
      '--jobs',
      '2',
    ];
    const ran = await run([...argv, '--endpoint', `openai=${upstream?.url}`], {
      cwd: made.cwd,
      fetch: globalThis.fetch,
      signal: control.signal,
    });
    expect(ran.code).toBe(130);
    expect(ran.talk).toContain('run the same command again');
    const answered = read(made, 'm.outcomes.csv').trim().split('\n').length - 1;
    expect([answered, answered < 20]).toEqual([calls(), true]);
    upstream?.behave(world(NATURES));
    const more = await made.ask('--max-usd', '1', '--json');
    expect([more.code, summaryOf(more).cells.ok, calls()]).toEqual([0, 20, 20]);
  });

  it('hangs, web pages, cut-off JSON and empty answers are errors of their rows alone', async () => {
    const odd: Behaviour[] = [
      () => undefined,
      ({ response }) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
      ({ response }) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{"choices":[{"mess'),
      json(completion('')),
      json({ choices: [] }),
      resetting,
    ];
    let at = 0;
    const made = await start(
      unless((model) => (model === 'gpt-4.1' ? (odd[at++] ?? null) : null), world(NATURES)),
      12,
    );
    const ran = await made.ask('--max-usd', '1', '--timeout', '2', '--retries', '0', '--json');
    expect([ran.code, summaryOf(ran).cells]).toEqual([3, { ok: 18, ungraded: 0, provider_error: 6, skipped_budget: 0 }]);
    expect(summaryOf(ran).compared).toMatchObject({ prompts: 6, leftOut: [] });
    const mended = await made.ask('--max-usd', '1', '--retry-errors', '--json');
    expect([mended.code, summaryOf(mended).cells.ok]).toEqual([0, 24]);
  });

  it('F-55 a place that cannot be written to is told, and nothing is asked', async () => {
    const made = await start(world(NATURES), 2);
    const ran = await made.ask('--max-usd', '1', '--out', 'p.jsonl/m');
    expect([ran.code, ran.talk.includes('cannot make the folder'), calls()]).toEqual([2, true, 0]);
  });

  it('F-56 lets one process at a table', async () => {
    const made = await start(world(NATURES), 2);
    await made.ask('--max-usd', '1');
    writeFileSync(join(made.cwd, 't/m.collect/lock'), JSON.stringify({ pid: ppid }));
    expect((await made.ask('--max-usd', '1')).code).toBe(75);
  });

  it('F-57 refuses answers that were graded otherwise, and grades kept ones anew without asking', async () => {
    const made = await start(world(NATURES), 4, { grader: 'exact' });
    await made.ask('--max-usd', '1');
    await made.ask('--max-usd', '1', '--out', 't/kept', '--keep-answers');
    const before = calls();
    writeFileSync(join(made.cwd, 'p.jsonl'), linesOf(sums(4).map((row) => ({ ...row, grader: 'number' }))));
    const refused = await made.ask('--max-usd', '1');
    expect([refused.code, refused.talk.includes('grader was'), calls()]).toEqual([3, true, before]);
    const anew = await made.ask('--max-usd', '1', '--out', 't/kept', '--json');
    expect([anew.code, calls()]).toEqual([0, before]);
    expect(summaryOf(anew).models[1]?.quality?.mean).toBeGreaterThan(0);
    const limit = await made.ask('--max-usd', '1', '--out', 't/kept', '--max-output-tokens', '5');
    expect([limit.code, limit.talk.includes('request was')]).toEqual([3, true]);
  });
});
