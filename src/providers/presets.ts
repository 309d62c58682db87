/** Where a known provider is reached and which variable holds its key; null where none is needed. */
export type Preset = { baseUrl: string; keyVariable: string | null; streamUsage: boolean };

/** Addresses of OpenAI-compatible endpoints, so that a policy need only say `provider/name`. Local ones take no key. */
export const PRESETS: Readonly<Record<string, Preset>> = {
  openai: { baseUrl: 'https://api.openai.com/v1', keyVariable: 'OPENAI_API_KEY', streamUsage: true },
  anthropic: { baseUrl: 'https://api.anthropic.com/v1', keyVariable: 'ANTHROPIC_API_KEY', streamUsage: true },
  google: {
    baseUrl: 'https://generativelanguage.googleapis.com/v1beta/openai',
    keyVariable: 'GEMINI_API_KEY',
    streamUsage: true,
  },
  // Sends usage with the last chunk unasked, and refuses options it does not know.
  mistral: { baseUrl: 'https://api.mistral.ai/v1', keyVariable: 'MISTRAL_API_KEY', streamUsage: false },
  deepseek: { baseUrl: 'https://api.deepseek.com/v1', keyVariable: 'DEEPSEEK_API_KEY', streamUsage: true },
  openrouter: { baseUrl: 'https://openrouter.ai/api/v1', keyVariable: 'OPENROUTER_API_KEY', streamUsage: true },
  ollama: { baseUrl: 'http://127.0.0.1:11434/v1', keyVariable: null, streamUsage: true },
  'llama.cpp': { baseUrl: 'http://127.0.0.1:8080/v1', keyVariable: null, streamUsage: true },
  vllm: { baseUrl: 'http://127.0.0.1:8000/v1', keyVariable: null, streamUsage: true },
};
