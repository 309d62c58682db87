import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { RouterError } from '../../core/errors.ts';
import { makeFolders, replaceFile } from '../../folders.ts';
import { contentHash, readTextFile } from '../files.ts';

const ADDRESSES: Readonly<Record<string, string>> = {
  'models.dev': 'https://models.dev/api.json',
  litellm: 'https://raw.githubusercontent.com/BerriAI/litellm/main/model_prices_and_context_window.json',
};
const CACHE_MS = 3_600_000;
const TIMEOUT_MS = 60_000;

export type PriceListSource = {
  /** `models.dev`, `litellm`, an http(s) address or a file's path. */
  from: string;
  /** Folder for fetched copies. */
  cacheFolder: string;
  /** Fetch even when a copy is less than an hour old. */
  fresh: boolean;
  fetch: typeof globalThis.fetch;
  /** Wall time, milliseconds since 1970. */
  now: () => number;
};

/**
 * The text of a price list: from a file, from a copy less than an hour old, or from the network.
 *
 * @throws RouterError `input.not-found` or `input.unreadable`; `provider.failed` when the address does not answer with a list;
 *   `output.unwritable` when there is no place for the copy
 */
export async function fetchPriceList({
  from,
  cacheFolder,
  fresh,
  fetch,
  now,
}: PriceListSource): Promise<{ text: string; where: string; cached: boolean }> {
  const address = ADDRESSES[from] ?? (/^https?:\/\//.test(from) ? from : null);
  if (address === null) return { text: readTextFile(from), where: from, cached: false };
  const copy = join(cacheFolder, `models-${contentHash(address)}.json`);
  const kept = fresh ? null : readCopy(copy, now());
  if (kept !== null) return { text: kept, where: address, cached: true };
  const text = await download(address, fetch);
  makeFolders(dirname(copy));
  replaceFile(copy, JSON.stringify({ fetchedAt: now(), text }));
  return { text, where: address, cached: false };
}

/** A copy that is broken or older than an hour is as good as none. */
function readCopy(path: string, now: number): string | null {
  try {
    if (statSync(path, { throwIfNoEntry: false }) === undefined) return null;
    const { fetchedAt, text } = JSON.parse(readFileSync(path, 'utf8')) as { fetchedAt: unknown; text: unknown };
    if (typeof fetchedAt !== 'number' || typeof text !== 'string') return null;
    return now - fetchedAt >= 0 && now - fetchedAt < CACHE_MS ? text : null;
  } catch {
    return null;
  }
}

async function download(address: string, fetch: typeof globalThis.fetch): Promise<string> {
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok) throw new Error(`it answers ${response.status}`);
    return await response.text();
  } catch (cause) {
    throw new RouterError('provider.failed', `cannot fetch ${address}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      where: address,
      retryable: true,
      advice: 'try later, try the other list (`--from litellm` or `--from models.dev`), or pass a downloaded copy',
      cause,
    });
  }
}
