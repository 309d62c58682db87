import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nodeFinding } from '../../src/cli/commands/doctor.ts';
import { packageFile } from '../../src/config/files.ts';
import { keyState } from '../../src/config/keys-build.ts';
import { csvOf, turns } from '../eval/helpers.ts';
import { folder, run } from './io.ts';

describe('doctor', () => {
  it('examines the shipped parts, finds no error, and names keys by their variable alone', async () => {
    const env = { OPENAI_API_KEY: 'sk-secret' };
    const { code, out } = await run(['doctor'], { env });
    expect(code).toBe(0);
    expect(out).toMatch(/^checked: Node \d+.*; prompt [0-9a-f]{12}; catalogue of .*; weights; policy default .*; no run yet\n/);
    expect(out).toMatch(/key\(s\) are not set.*ANTHROPIC_API_KEY for anthropic/);
    expect(out).not.toMatch(/OPENAI_API_KEY|sk-secret/);
  });

  it('tells of an old catalogue by the clock', async () => {
    const { out } = await run(['doctor'], { now: () => Date.parse('2031-01-01') });
    expect(out).toContain('WARNING  shipped datasets/models.json: prices are old');
  });

  it('looks at the newest run, or at the one named', async () => {
    const cwd = folder();
    writeFileSync(join(cwd, 'mine.csv'), csvOf(40, turns));
    await run(['eval', '--data', 'mine.csv', '--classifier', 'majority', '--replicates', '100'], { cwd });
    const { code, out } = await run(['doctor', '--json'], { cwd });
    const { checked, findings } = JSON.parse(out);
    expect(checked.at(-1)).toMatch(/^run \.pointsman\/runs\/\S+/);
    expect(findings.map((finding: { code: string }) => finding.code)).toEqual(
      expect.arrayContaining(['never-predicted', 'equal-confidence', 'collapse']),
    );
    const name = checked.at(-1).split('/').at(-1);
    expect((await run(['doctor', name, '--json'], { cwd })).out).toBe(out);
    expect(code).toBe(findings.some(({ severity }: { severity: string }) => severity === 'error') ? 1 : 0);
  });

  it('ends with 1 and says what to do when a part is broken', async () => {
    const cwd = folder();
    writeFileSync(join(cwd, 'policy.json'), '{"schemaVersion": 1}');
    const policy = await run(['doctor', '--policy', 'policy.json'], { cwd });
    expect([policy.code, policy.out]).toEqual([1, expect.stringMatching(/ERROR .*the router cannot start: .*problem\(s\)/)]);
    writeFileSync(join(cwd, 'weights.bin'), 'no weights');
    expect((await run(['doctor', '--weights', 'weights.bin'], { cwd })).out).toMatch(/ERROR .*the router cannot start/);
    writeFileSync(join(cwd, 'models.json'), '{');
    expect((await run(['doctor', '--catalogue', 'models.json'], { cwd })).out).toMatch(/ERROR +models\.json: the catalogue cannot be read/);
    const quoted = await run(['doctor'], { env: { OPENAI_API_KEY: '"sk-secret"' } });
    expect([quoted.code, quoted.out.includes('sk-secret')]).toEqual([1, false]);
    expect(quoted.out).toMatch(/ERROR +keys: 1 key\(s\) cannot be sent: `OPENAI_API_KEY` is wrapped in quotes/);
  });

  it('examines the project one works in: a broken prompt, weights that are not there', async () => {
    const cwd = folder();
    await run(['init'], { cwd });
    expect((await run(['doctor'], { cwd })).out).toMatch(
      /WARNING +weights: 3 axis\(es\) are not known to `embedded`: topic; urgency; sensitivity/,
    );
    writeFileSync(
      join(cwd, 'prompts/classify.md'),
      readFileSync(join(cwd, 'prompts/classify.md'), 'utf8').replace('{{taxonomy}}', '{{axes}}'),
    );
    const { code, out } = await run(['doctor'], { cwd });
    expect([code, out]).toEqual([1, expect.stringMatching(/ERROR +prompts\/classify\.md: the prompt cannot be used: .*axes/)]);
  });

  it('makes of a project that cannot be read a finding', async () => {
    const cwd = folder();
    writeFileSync(join(cwd, 'pointsman.yaml'), 'a: [1');
    const { code, out } = await run(['doctor'], { cwd });
    expect([code, out]).toEqual([
      1,
      expect.stringMatching(/^checked: Node .*\nERROR .*pointsman\.yaml: the project cannot be read: .*not YAML/),
    ]);
    writeFileSync(join(cwd, 'pointsman.yaml'), 'taxonomy: gone.yaml\n');
    expect((await run(['doctor', '--json'], { cwd })).out).toContain('gone.yaml');
  });

  it.each([
    [['doctor', 'a', 'b'], /one run at most/],
    [['doctor', 'nowhere'], /no run in `nowhere`/],
  ])('%j is refused in words', async (argv, message) => {
    const cwd = folder();
    mkdirSync(join(cwd, '.pointsman'));
    const { code, talk } = await run(argv, { cwd });
    expect(code).toBe(2);
    expect(talk).toMatch(message);
  });

  it('knows which Node is too old by the package’s own word', () => {
    const { engines } = JSON.parse(readFileSync(packageFile('package.json'), 'utf8'));
    expect(engines.node).toBe('>=20.20.0');
    const codes = ['18.19.0', '20.19.9', '20.20.0', '22.1.0'].map((version) => nodeFinding(version).findings[0]?.code ?? null);
    expect(codes).toEqual(['old-node', 'old-node', null, null]);
  });

  it('tells four states of a key', () => {
    const states = ['openai', 'anthropic', 'ollama', 'elsewhere'].map((provider) => keyState(provider, { OPENAI_API_KEY: 'sk' }).state);
    expect(states).toEqual(['ready', 'missing', 'ready', 'unknown-provider']);
    expect(keyState('openai', { OPENAI_API_KEY: 'a b' }).state).toBe('unusable');
  });
});
