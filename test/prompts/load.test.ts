import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadPrompt, parsePrompt } from '../../src/prompts/load.ts';

const GOOD = `---
name: tiny
system: [taxonomy]
user: [boundary, request]
maxOutputTokens: 20
---
# System
Say {{taxonomy}}.

# User
{{boundary}}{{request}}
`;

describe('a prompt file', () => {
  test('gives its parts, its limits and a version', async () => {
    const prompt = await parsePrompt(GOOD, 'tiny.md');
    expect(prompt).toMatchObject({ name: 'tiny', maxOutputTokens: 20, hash: expect.stringMatching(/^[0-9a-f]{12}$/) });
    expect(prompt.system.render({ taxonomy: 'cheese' })).toBe('Say cheese.');
    expect(prompt.user.render({ boundary: '|', request: 'x' })).toBe('|x');
  });

  test('has another version after any change, and the same after none', async () => {
    const versions = await Promise.all([GOOD, GOOD, `${GOOD} `].map(async (text) => (await parsePrompt(text, 'tiny.md')).hash));
    expect(versions[0]).toBe(versions[1]);
    expect(versions[0]).not.toBe(versions[2]);
  });

  test('takes the version from whoever hands in the hash', async () => {
    expect((await parsePrompt(GOOD, 'tiny.md', (text) => `n${text.length}`)).hash).toBe(`n${GOOD.length}`);
  });

  test('reads the same with a byte order mark and Windows line ends', async () => {
    const prompt = await parsePrompt(`\ufeff${GOOD.replaceAll('\n', '\r\n')}`, 'tiny.md');
    expect(prompt.system.render({ taxonomy: 'cheese' })).toBe('Say cheese.');
  });

  test.each([
    ['no front matter', '# System\nx\n# User\ny'],
    ['front matter that is not YAML', GOOD.replace('name: tiny', 'name: [tiny')],
    ['a key nobody knows', GOOD.replace('name: tiny', 'name: tiny\ntemprature: 0')],
    ['a limit of nought', GOOD.replace('20', '0')],
    ['no `# User` part', GOOD.replace('# User\n', '')],
    ['two `# System` parts', `${GOOD}# System\nagain`],
    ['parts in the wrong order', GOOD.replace('# System', '# Other').replace('# User', '# System').replace('# Other', '# User')],
    ['text before the first part', GOOD.replace('# System', 'hello\n# System')],
    ['a place that is not declared', GOOD.replace('[taxonomy]', '[]')],
  ])('is refused for %s', async (_, text) => {
    await expect(parsePrompt(text, 'tiny.md')).rejects.toMatchObject({
      code: 'prompt.invalid',
      message: expect.stringContaining('tiny.md'),
    });
  });

  test('is read from disk, and missed with its path', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'prompt-'));
    writeFileSync(join(folder, 'tiny.md'), GOOD);
    expect((await loadPrompt(join(folder, 'tiny.md'))).name).toBe('tiny');
    await expect(loadPrompt(join(folder, 'other.md'))).rejects.toMatchObject({ code: 'input.not-found', where: join(folder, 'other.md') });
  });
});
