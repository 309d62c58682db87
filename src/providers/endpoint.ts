import { RouterError } from '../core/errors.ts';

/** What every OpenAI-compatible endpoint is reached by. */
export type EndpointOptions = {
  /** What the provider is called in model ids and messages. @default 'openai' */
  name?: string;
  /** Address of the endpoint up to and including `/v1`. @default 'https://api.openai.com/v1' */
  baseUrl?: string;
  /** Left out for local servers that ask for none. */
  apiKey?: string | undefined;
  /** What the key's variable is called, for advice. @default 'OPENAI_API_KEY' */
  keyName?: string;
  /** Headers added to every call. */
  headers?: Readonly<Record<string, string>>;
  /** @default the global `fetch` */
  fetch?: typeof globalThis.fetch | undefined;
  /** Wall time in milliseconds, for `Retry-After` dates. @default Date.now */
  now?: () => number;
};

export const DEFAULT_KEY_NAME = 'OPENAI_API_KEY';

/** A key with a line end or quotes around it is a slip of the shell; the value itself is never shown. */
export function checkKey(apiKey: string | undefined, keyName: string, provider: string): void {
  if (apiKey === undefined) return;
  const fault = apiKey.trim() === '' ? 'is empty' : /[\s"'`]|[^\x21-\x7e]/.test(apiKey) ? 'holds spaces, a line end or quotes' : null;
  if (fault === null) return;
  throw new RouterError('provider.missing-key', `the API key of provider \`${provider}\` ${fault}`, {
    where: keyName,
    advice: `set ${keyName} to the bare key, or use provider \`fake\``,
  });
}
