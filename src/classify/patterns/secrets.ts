/**
 * Shapes of keys that providers publish. Every quantifier is bounded or runs to the end of its character class,
 * so that reading stays linear whatever the text holds.
 */
const KEYS: readonly RegExp[] = [
  /-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----/,
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/,
  /\bAIza[\w-]{35}/,
  /\bgh[pousr]_[A-Za-z0-9]{36}/,
  /\bgithub_pat_\w{22}/,
  /\bglpat-[\w-]{20}/,
  /\bxox[abeprs]-[\w-]{10}/,
  /\bxapp-\d-[\w-]{10}/,
  /hooks\.slack\.com\/services\/T\w{8}/,
  /\b[sr]k_(?:live|test)_[A-Za-z0-9]{16}/,
  /\bSG\.[\w-]{22}\.[\w-]{16}/,
  /\bnpm_[A-Za-z0-9]{36}/,
  /\bhf_[A-Za-z]{30}/,
  /(?<![\w-])eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8}/,
  /\bAccountKey=[A-Za-z0-9+/=]{40}/,
];
/** Keys whose shape ordinary names share; a digit among their characters tells. */
const MIXED_KEY = /\bsk-[\w-]{20,200}/g;
const ASSIGNED =
  /(?:api[_-]?key|secret(?:[_-]?key)?|(?:access|auth|bearer)[_-]?token|passw(?:or)?d|pwd)["']?\s{0,3}[:=]\s{0,3}["']?([^\s"',;]{12,80})/gi;
/** What stands where a real value would. */
const PLACEHOLDER =
  /your|example|placeholder|changeme|xxx|\*\*\*|\.\.\.|<|\$|\{|process\.env|environ|getenv|\(|redacted|secret|token|password/i;

/**
 * True when a text holds a private key, a cloud or API key, or a password being assigned.
 *
 * @example holdsSecret('aws_key = AKIAABCDEFGHIJKLMNOP') // => true
 */
export function holdsSecret(text: string): boolean {
  if (KEYS.some((key) => key.test(text))) return true;
  for (const [key] of text.matchAll(MIXED_KEY)) if (/\d/.test(key) && /[A-Za-z]{3}/.test(key.slice(3))) return true;
  for (const [, value = ''] of text.matchAll(ASSIGNED))
    if (/\d/.test(value) && /[A-Za-z]/.test(value) && !PLACEHOLDER.test(value)) return true;
  return false;
}

/**
 * The same text with every such shape as `[secret]`; of a private key, everything to its end.
 *
 * @example redactSecrets('key AKIAABCDEFGHIJKLMNOP, thanks') // => 'key [secret], thanks'
 */
export function redactSecrets(text: string): string {
  let clean = text.replace(/-----BEGIN [A-Z ]{0,30}PRIVATE KEY[\s\S]*?(?:-----END [A-Z ]{0,30}KEY(?: BLOCK)?-----|$)/g, SECRET);
  for (const key of KEYS) clean = clean.replace(new RegExp(key, 'g'), SECRET);
  clean = clean.replace(MIXED_KEY, (key) => (holdsSecret(key) ? SECRET : key));
  return clean.replace(ASSIGNED, (assigned, value: string) => (holdsSecret(assigned) ? assigned.replace(value, SECRET) : assigned));
}

const SECRET = '[secret]';
