import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { COMMANDS } from '../../src/cli/commands.ts';
import { packageFile } from '../../src/config/files.ts';
import { Gate } from '../../src/eval/gate.ts';
import type { EvalMetrics } from '../../src/eval/result.ts';
import { folder, run } from '../cli/io.ts';

const gateFile = packageFile('evals/gate.yaml');
const text = readFileSync(gateFile, 'utf8');

describe('evals/gate.yaml', () => {
  it('passes on the shipped data, each floor no higher than the lower end of what was measured', async () => {
    const { code, out } = await run(['eval', '--classifier', 'embedded', '--gate', gateFile, '--replicates', '200', '--json'], {
      cwd: folder(),
    });
    expect(code).toBe(0);
    const { classifiers, gate } = JSON.parse(out) as EvalMetrics & { gate: { pass: boolean }[] };
    expect(gate).toHaveLength(Object.keys(Gate.parse(parse(text)).floors).length);
    const floors = Gate.parse(parse(text)).floors;
    for (const [axis, { accuracy, ordinal }] of Object.entries(classifiers[0]?.axes ?? {})) {
      for (const [name, rate] of [
        [`${axis}.accuracy`, accuracy],
        [`${axis}.topRecall`, ordinal?.topRecall],
      ] as const) {
        const low = rate?.interval !== undefined && 'low' in rate.interval ? rate.interval.low : Number.NaN;
        if (floors[name] !== undefined) expect(floors[name], name).toBeLessThanOrEqual(low);
      }
    }
  });

  it('what it offers in comments is a gate as well', () => {
    const offered = text.replace(/^# ((?:primary|budget|cases|stale|noncomparable): )/gm, '$1');
    expect(Object.keys(parse(offered))).toHaveLength(6);
    expect(Gate.parse(parse(offered)).noncomparable).toBe('skip');
  });
});

describe('the workflow of the README', () => {
  const [, block = ''] = /```yaml\n([\s\S]*?)```/.exec(readFileSync(packageFile('README.md'), 'utf8')) ?? [];

  it('is YAML whose commands and flags there are', () => {
    const steps = (parse(block) as { jobs: { router: { steps: { run?: string }[] } } }).jobs.router.steps;
    const lines = steps.flatMap(({ run: line }) => (line?.startsWith('npx pointsman ') ? [line.split(' ').slice(2)] : []));
    expect(lines.length).toBeGreaterThan(0);
    for (const [name, ...words] of lines) {
      const known = COMMANDS.find((command) => command.name === name)?.flags.map((flag) => `--${flag.name}`) ?? [];
      expect(known).toEqual(expect.arrayContaining(words.filter((word) => word.startsWith('--'))));
    }
  });
});
