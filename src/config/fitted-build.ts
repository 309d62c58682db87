import { dirname, resolve } from 'node:path';
import { fittedReader } from '../classify/fitted.ts';
import { decodeFittedWeights } from '../classify/fitted-weights.ts';
import { isRouterError, RouterError } from '../core/errors.ts';
import { poolText } from '../core/fitted.ts';
import type { ReadyPolicy } from '../core/policy.ts';
import { contentHash, readBytesFile } from './files.ts';

/**
 * A fitted policy with its weights loaded; any other as it is.
 *
 * @param source path of the policy's file: the weights lie beside it. A policy given as an object finds them from the working folder.
 * @throws RouterError `policy.pool-changed` when its models are not those it was fitted for, `weights.invalid` when the weights are others
 */
export function withFitted(policy: ReadyPolicy, source: unknown): ReadyPolicy {
  const { fitted } = policy;
  if (fitted === undefined) return policy;
  const found = contentHash(poolText(policy.models.values()));
  if (found !== fitted.pool) throw poolChanged(policy, found);
  if (fitted.weights === null) return policy;
  const file = resolve(typeof source === 'string' ? dirname(source) : '.', fitted.weights.file);
  const bytes = weightsBeside(file, policy.name);
  if (contentHash(bytes) !== fitted.weights.hash) {
    throw new RouterError('weights.invalid', `\`${file}\` is not what policy \`${policy.name}\` was fitted with`, {
      where: 'fitted.weights',
      advice: 'keep the policy and its weights together, or run `pointsman fit` again',
    });
  }
  return { ...policy, read: fittedReader(decodeFittedWeights(bytes, file)) };
}

function weightsBeside(file: string, policy: string): Uint8Array {
  try {
    return readBytesFile(file);
  } catch (cause) {
    if (!isRouterError(cause)) throw cause;
    throw new RouterError(cause.code, `${cause.message}: it holds the weights that policy \`${policy}\` was fitted with`, {
      where: file,
      advice: 'copy the weights together with the policy, into the same folder: `pointsman fit` writes them beside it',
      cause,
    });
  }
}

function poolChanged({ name, models, fitted }: ReadyPolicy, found: string): RouterError {
  const known = new Set(fitted?.models.map(({ id }) => id));
  const added = [...models.keys()].filter((id) => !known.has(id));
  const gone = [...known].filter((id) => !models.has(id));
  const list = (word: string, ids: readonly string[]) => (ids.length === 0 ? [] : [`${word} ${ids.slice(0, 8).join(', ')}`]);
  const changes = [...list('added:', added), ...list('gone:', gone)].join('; ') || 'a model goes by another name upstream';
  return new RouterError(
    'policy.pool-changed',
    `policy \`${name}\` was fitted for other models (${fitted?.pool}, now ${found}): ${changes}`,
    {
      where: 'fitted.pool',
      advice: 'run `pointsman fit` on outcomes of the new models, or delete `fitted` to go by tier priors',
    },
  );
}
