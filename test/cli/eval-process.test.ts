import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { labelling } from '../servers/labelling.ts';
import { ASK, environment, runFolders, startsUpstream, upstream, workplace } from './eval-paid-helpers.ts';

startsUpstream();

describe('as a process', () => {
  const bin = join(inject('built'), 'cli/bin.js');
  const start = (cwd: string, argv: readonly string[] = ASK) => {
    const { CI: _, ...env } = process.env;
    const child = spawn(process.execPath, [bin, ...argv], { cwd, env: { ...env, ...environment() } });
    let talk = '';
    child.stderr.on('data', (piece) => {
      talk += piece;
    });
    child.stdout.resume();
    const ended = new Promise<{ code: number | null; talk: string }>((resolve) => child.on('close', (code) => resolve({ code, talk })));
    return { child, ended };
  };
  const asked = async (calls: number) => {
    while (upstream.calls() < calls) await new Promise((resolve) => setTimeout(resolve, 20));
  };

  it('F-58 ends with 130 on SIGINT after the answers under way have come in', async () => {
    const cwd = workplace(30);
    const before = upstream.calls();
    const held: (() => void)[] = [];
    upstream.behave(async (exchange) => {
      if (exchange.call - before >= 12) await new Promise<void>((resolve) => held.push(resolve));
      await labelling()(exchange);
    });
    const first = start(cwd, [...ASK, '--jobs', '4']);
    await asked(before + 16);
    first.child.kill('SIGINT');
    await new Promise((resolve) => setTimeout(resolve, 100));
    for (const proceed of held) proceed();
    const { code, talk } = await first.ended;
    expect(code).toBe(130);
    expect(talk).toContain('interrupted after 16 of 30');
    expect(upstream.calls() - before).toBe(16);
    upstream.behave(labelling());
    expect((await start(cwd).ended).code).toBe(0);
    expect(upstream.calls() - before).toBe(30);
    expect(runFolders(cwd)).toHaveLength(1);
  }, 30_000);

  it('F-56 ends with 75 while another living process holds the run folder', async () => {
    const cwd = workplace(5);
    mkdirSync(join(cwd, 'held'));
    writeFileSync(join(cwd, 'held/lock'), JSON.stringify({ pid: process.pid }));
    const { code, talk } = await start(cwd, [...ASK, '--resume', 'held']).ended;
    expect(code).toBe(75);
    expect(talk).toContain(`process ${process.pid}`);
  }, 30_000);

  it('F-56 two started at once pay once: the second ends with 75 and names the folder', async () => {
    const cwd = workplace(30);
    const before = upstream.calls();
    const held: (() => void)[] = [];
    upstream.behave(async (exchange) => {
      await new Promise<void>((resolve) => held.push(resolve));
      await labelling()(exchange);
    });
    const both = [start(cwd), start(cwd)];
    const loser = await Promise.race(both.map(({ ended }) => ended));
    expect(loser.code).toBe(75);
    expect(loser.talk).toContain('by process');
    upstream.behave(labelling());
    for (const proceed of held) proceed();
    const release = setInterval(() => held.splice(0).forEach((proceed) => void proceed()), 20);
    const codes = await Promise.all(both.map(async ({ ended }) => (await ended).code));
    clearInterval(release);
    expect(codes.toSorted((a, b) => Number(a) - Number(b))).toEqual([0, 75]);
    expect([upstream.calls() - before, runFolders(cwd).length]).toEqual([30, 1]);
  }, 30_000);

  it('ends with 4 when the cap is reached', async () => {
    upstream.behave(labelling());
    expect((await start(workplace(20), [...ASK.slice(0, -1), '0.0006']).ended).code).toBe(4);
  }, 30_000);
});
