import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, inject, it } from 'vitest';

/** Notes every module a process resolves, from before its first line. */
const HOOKS = `
import { register } from 'node:module';
import { MessageChannel } from 'node:worker_threads';
const { port1, port2 } = new MessageChannel();
globalThis.loaded = [];
port1.on('message', (name) => globalThis.loaded.push(name));
port1.unref();
const source = 'let port; export const initialize = (data) => { port = data.port; };'
  + 'export const load = async (url, context, next) => { port.postMessage(url); return next(url, context); };';
register('data:text/javascript,' + encodeURIComponent(source), { parentURL: import.meta.url, data: { port: port2 }, transferList: [port2] });
`;

/** Modules loaded by a program written against the package as it is published; of a built file, the sources it was made of. */
function loadedBy(program: string): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'pointsman-'));
  writeFileSync(join(folder, 'hooks.mjs'), HOOKS);
  const index = pathToFileURL(join(inject('built'), 'index.js')).href;
  writeFileSync(
    join(folder, 'program.mjs'),
    `${program.replaceAll('POINTSMAN', index)}\nsetTimeout(() => console.log('\\nLOADED ' + JSON.stringify(globalThis.loaded)), 50);`,
  );
  const argv = ['--import', pathToFileURL(join(folder, 'hooks.mjs')).href, join(folder, 'program.mjs')];
  const out = execFileSync(process.execPath, argv, { encoding: 'utf8', env: { ...process.env, OPENAI_API_KEY: 'sk-unused' } });
  return (JSON.parse(out.slice(out.indexOf('LOADED ') + 7)) as string[]).flatMap((url) => [url, ...sourcesIn(url)]);
}

function sourcesIn(url: string): string[] {
  const folder = pathToFileURL(`${inject('built')}/`).href;
  return url.startsWith(folder) ? [...(inject('builtOf')[url.slice(folder.length)] ?? [])] : [];
}

const NETWORK = /^node:(https?|http2|net|tls|dgram|dns)|node_modules\/(openai|undici|ioredis)\//;
const HEAVY = /node_modules\/(yaml|csv-parse|lru-cache|p-limit|simple-statistics|openai)\/|^src\/(eval|learn|cli)\//;

describe("import 'pointsman'", () => {
  it('loads no network code and nothing heavy, not even when it routes with a key in the environment', () => {
    const modules = loadedBy(
      "const { classifyAndRoute } = await import('POINTSMAN'); console.log((await classifyAndRoute('hello')).kind);",
    );
    expect(modules.filter((name) => name === 'src/router.ts')).toHaveLength(1);
    expect(modules.filter((name) => NETWORK.test(name))).toEqual([]);
    expect(modules.filter((name) => HEAVY.test(name))).toEqual([]);
  });

  it('is few files: one of the schema library, and only the parts of it in use', () => {
    const modules = loadedBy("await import('POINTSMAN');");
    expect(modules.filter((name) => /^file:.*node_modules\/zod\//.test(name))).toEqual([]);
    expect(modules.filter((name) => /zod\/v4\/core\/schemas/.test(name))).toHaveLength(1);
    expect(modules.filter((name) => /zod\/v4\/locales\/de\./.test(name))).toEqual([]);
  });

  it('would show network code if there were any', () => {
    expect(loadedBy("await import('node:https');").filter((name) => NETWORK.test(name))).toContain('node:https');
  });
});
