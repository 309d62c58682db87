import { spawn } from 'node:child_process';
import { existsSync, linkSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, inject, it } from 'vitest';
import { folder, run } from './io.ts';

let cwd: string;
const train = async (...argv: string[]) => {
  const { code, talk } = await run(['train', ...argv], { cwd });
  return `${code} ${talk}`;
};
const rows = () => join(cwd, 'datasets/requests/train.csv');

beforeEach(async () => {
  cwd = folder();
  await run(['init', '.', '--name', 'support'], { cwd });
});

describe('pointsman train', () => {
  it('does not send one who trains to train', async () => {
    const told = await train('--out', 'nowhere/w.bin');
    expect(told).toContain('axes topic, urgency, sensitivity');
    expect(told).not.toContain('run `pointsman train`');
  });

  it('says before it learns that the weights cannot be written or compared', async () => {
    for (const out of ['nowhere/w.bin', '.']) {
      const told = await train('--out', out);
      expect(told).toMatch(/^2 .*cannot write/s);
      expect(told).not.toContain('training');
    }
    expect(await train('--check', '--out', 'none.bin')).toMatch(/^2 .*there are no weights in `.*none\.bin` to compare with/s);
  });

  it('says what is wrong in rows written by hand, and keeps the weights there are', async () => {
    writeFileSync(join(cwd, 'weights.bin'), 'learned before');
    const good = readFileSync(rows(), 'utf8');
    writeFileSync(rows(), `${good}r-99,"a quote that is never closed\n`);
    expect(await train()).toMatch(/^2 .*cannot be read: .*[Qq]uote.*line \d+\n.*data check/s);
    for (const empty of ['', `${good.split('\n')[0]}\n`]) {
      writeFileSync(rows(), empty);
      expect(await train()).toMatch(/^2 .*train\.csv` has no row to learn from/s);
    }
    expect(readFileSync(join(cwd, 'weights.bin'), 'utf8')).toBe('learned before');
  });

  it('never writes into the weights there are, so that one who is stopped on the way still has them whole', async () => {
    writeFileSync(join(cwd, 'weights.bin'), 'learned before');
    linkSync(join(cwd, 'weights.bin'), join(cwd, 'kept.bin'));
    expect(await train()).toMatch(/^0 /);
    expect(readFileSync(join(cwd, 'kept.bin'), 'utf8')).toBe('learned before');
    expect(readFileSync(join(cwd, 'weights.bin')).length).toBeGreaterThan(1_000);
    expect(readdirSync(cwd).filter((name) => name.endsWith('.partial'))).toEqual([]);
  });

  it('ends at once when it is interrupted, though it computes without a pause', async () => {
    const child = spawn(process.execPath, [join(inject('built'), 'cli/bin.js'), 'train', '--project', 'none', '--out', 'w.bin'], { cwd });
    const ended = new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)));
    child.stderr.once('data', () => child.kill('SIGINT'));
    expect(await ended).toBe('SIGINT');
    expect(existsSync(join(cwd, 'w.bin'))).toBe(false);
  });
});
