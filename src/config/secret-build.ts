import { holdsSecret, redactSecrets } from '../classify/patterns/secrets.ts';
import type { Environment } from './secrets.ts';

/** Keeps secrets out of files that outlive a run. */
export type SecretGuard = { redact(text: string): string; holdsSecret(text: string): boolean };

/** Variables whose value must never be written down. */
const SECRET_VARIABLE = /KEY|TOKEN|SECRET|PASSW/i;
/** A shorter value is no key, and would be found in ordinary words. */
const SHORTEST = 8;

/** Knows the published shapes of keys, and the very keys this environment holds. */
export function secretGuard(env: Environment): SecretGuard {
  const own = Object.entries(env).flatMap(([name, value]) => {
    const key = value?.trim() ?? '';
    return SECRET_VARIABLE.test(name) && key.length >= SHORTEST ? [key] : [];
  });
  return {
    redact: (text) => redactSecrets(own.reduce((clean, key) => clean.replaceAll(key, '[secret]'), text)),
    holdsSecret: (text) => own.some((key) => text.includes(key)) || holdsSecret(text),
  };
}
