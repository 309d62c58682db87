import { describe, expect, it } from 'vitest';
import { readEndpoint, readKey } from '../../src/config/endpoint.ts';
import { loadCatalogue } from '../../src/config/policy.ts';
import { LlmOptions } from '../../src/config/schema.ts';
import { PRESETS } from '../../src/providers/presets.ts';

const catalogue = loadCatalogue();

function read(given: Record<string, unknown>, env: Record<string, string> = {}) {
  const llm = LlmOptions.parse(given);
  const endpoint = readEndpoint(llm, env, catalogue, PRESETS);
  return { ...endpoint, apiKey: readKey(llm.apiKey, endpoint, env) };
}

describe('the endpoint of `llm`', () => {
  it('is a small model at OpenAI when only a key is given', () => {
    expect(read({}, { OPENAI_API_KEY: 'sk-1' })).toMatchObject({
      provider: 'openai',
      model: 'gpt-4.1-nano',
      baseUrl: 'https://api.openai.com/v1',
      apiKey: 'sk-1',
      keyName: 'OPENAI_API_KEY',
      price: catalogue.get('openai/gpt-4.1-nano')?.price,
    });
  });

  it('is the provider named before the slash, with the key of that provider', () => {
    expect(read({ model: 'mistral/mistral-small-2603' }, { MISTRAL_API_KEY: 'm-1', OPENAI_API_KEY: 'sk-1' })).toMatchObject({
      provider: 'mistral',
      model: 'mistral-small-2603',
      baseUrl: 'https://api.mistral.ai/v1',
      apiKey: 'm-1',
      keyName: 'MISTRAL_API_KEY',
    });
  });

  it('is an address of your own, to which the name goes as it was written', () => {
    const env = { OPENAI_API_KEY: 'sk-1', OPENAI_BASE_URL: 'https://openrouter.ai/api/v1', POINTSMAN_MODEL: 'openai/gpt-4.1-nano' };
    const found = read({}, env);
    expect(found).toMatchObject({ provider: 'openrouter.ai', model: 'openai/gpt-4.1-nano', baseUrl: env.OPENAI_BASE_URL });
    expect(found.price).toEqual(catalogue.get('openai/gpt-4.1-nano')?.price);
    expect(read({ model: 'mine', baseUrl: 'https://llm.example/v1' }, env)).toMatchObject({
      provider: 'llm.example',
      model: 'mine',
      price: null,
    });
    expect(read({}, { OPENAI_API_KEY: 'sk-1', OPENAI_BASE_URL: 'https://llm.example/v1' })).toMatchObject({
      provider: 'openai',
      model: 'gpt-4.1-nano',
    });
  });

  it('takes options before the environment', () => {
    const env = { OPENAI_API_KEY: 'sk-env', MY_KEY: 'sk-mine', POINTSMAN_MODEL: 'openai/gpt-4o-mini' };
    expect(read({ model: 'openai/gpt-4.1-nano', keyVariable: 'MY_KEY' }, env)).toMatchObject({ model: 'gpt-4.1-nano', apiKey: 'sk-mine' });
    expect(read({ apiKey: 'sk-given' }, env)).toMatchObject({ model: 'gpt-4o-mini', apiKey: 'sk-given' });
  });

  it('needs no key on this machine, and checks one that is there', () => {
    expect(read({ baseUrl: 'http://127.0.0.1:8080/v1', model: 'local' }).apiKey).toBe(undefined);
    expect(read({ model: 'ollama/qwen3:4b' })).toMatchObject({ provider: 'ollama', model: 'qwen3:4b', apiKey: undefined });
    expect(() => read({ baseUrl: 'http://localhost:8080/v1', model: 'local' }, { OPENAI_API_KEY: '"sk-1"' })).toThrow(
      /OPENAI_API_KEY.*quotes/,
    );
  });

  it('F-77: elsewhere a missing key is an error that names the variable', () => {
    expect(() => read({})).toThrow(/OPENAI_API_KEY` is not set/);
    expect(() => read({ model: 'google/gemini-2.5-flash-lite' }, { OPENAI_API_KEY: 'sk-1' })).toThrow(/GEMINI_API_KEY` is not set/);
    expect(() => read({ keyVariable: 'MY_KEY' }, { OPENAI_API_KEY: 'sk-1' })).toThrow(/MY_KEY` is not set/);
  });
});
