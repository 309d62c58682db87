import { isRouterError } from '../core/errors.ts';
import { PRESETS } from '../providers/presets.ts';
import { type Environment, requireKey } from './secrets.ts';

/** Whether a provider could be called now. The key itself is never looked at beyond its shape. */
export type KeyState = {
  provider: string;
  /** Variable of its key; null where it needs none, or where we know no such provider. */
  variable: string | null;
  state: 'ready' | 'missing' | 'unusable' | 'unknown-provider';
  /** What is wrong with an unusable key. */
  fault: string | null;
};

/** @example keyState('openai', {}).state // => 'missing' */
export function keyState(provider: string, env: Environment): KeyState {
  const preset = Object.hasOwn(PRESETS, provider) ? PRESETS[provider] : undefined;
  if (preset === undefined) return { provider, variable: null, state: 'unknown-provider', fault: null };
  const { keyVariable: variable } = preset;
  if (variable === null) return { provider, variable, state: 'ready', fault: null };
  if (env[variable] === undefined) return { provider, variable, state: 'missing', fault: null };
  try {
    requireKey(undefined, variable, env);
    return { provider, variable, state: 'ready', fault: null };
  } catch (error) {
    if (!isRouterError(error)) throw error;
    return { provider, variable, state: 'unusable', fault: error.message };
  }
}
