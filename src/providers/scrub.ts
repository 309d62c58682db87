const MOST_CHARACTERS = 300;

/** Things that look like a key or a credential, whoever they belong to. */
const KEY_LIKE = /\b(?:sk|pk|rk|gsk|key|api[_-]?key|AIza|xai|hf|ghp)[-_][A-Za-z0-9*_-]{6,}|AIza[A-Za-z0-9_-]{10,}|Bearer\s+[^\s"',;]{4,}/gi;

/**
 * An upstream's words made safe to show and log: one line, at most 300 characters, without keys.
 *
 * @param secrets values that must never appear, such as the key the call was made with
 * @example scrub('bad key sk-abcdefghij\n', []) // => 'bad key [secret]'
 */
export function scrub(text: string, secrets: readonly string[]): string {
  let clean = text.slice(0, 2_000);
  for (const secret of secrets) if (secret.length >= 4) clean = clean.replaceAll(secret, '[secret]');
  clean = clean.replace(KEY_LIKE, '[secret]').replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ');
  return clean.trim().slice(0, MOST_CHARACTERS);
}
