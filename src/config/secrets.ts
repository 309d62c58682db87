import { RouterError } from '../core/errors.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * A key fit to be sent in a header. The value itself never appears in a message.
 *
 * @param given the key as an option, which wins over the variable
 * @param option what that option is called, for messages
 * @throws RouterError `provider.missing-key` naming the variable when the key is missing, empty, quoted or holds a space or line break
 */
export function requireKey(given: string | undefined, variable: string, env: Environment, option = 'llm.apiKey'): string {
  const where = given === undefined ? variable : option;
  const key = given ?? env[variable];
  const fault = faultOf(key);
  if (key !== undefined && fault === null) return key;
  throw new RouterError('provider.missing-key', `\`${where}\` ${fault}`, {
    where,
    advice: `set ${variable} to the bare key, or use classifier \`embedded\`, which needs none`,
  });
}

function faultOf(key: string | undefined): string | null {
  if (key === undefined) return 'is not set';
  if (key.trim() === '') return 'is empty';
  if (/[\r\n]/.test(key)) return 'holds a line break: cut it off, for example with `$(tr -d "\\n" < file)`';
  if (/^["'`].*["'`]$/.test(key)) return 'is wrapped in quotes: remove them';
  if (/[^\x21-\x7e]/.test(key)) return 'holds a space or a character that no header may carry';
  return null;
}
