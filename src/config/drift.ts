import { z } from 'zod';
import { DriftReference } from '../core/drift.ts';
import { RouterError } from '../core/errors.ts';
import type { ReadyPolicy } from '../core/policy.ts';
import { readJsonFile } from './files.ts';

/** A fitted policy says what the traffic it was fitted on looked like. */
const Fitted = z.looseObject({ fitted: z.looseObject({ traffic: DriftReference }) });

/**
 * What traffic is compared with, from a file: `drift.json` of a run folder, or a fitted policy.
 *
 * @throws RouterError `input.not-found` or `options.invalid`
 */
export function loadDriftReference(file: string): DriftReference {
  const { value } = readJsonFile(file, z.unknown(), 'options.invalid');
  const policy = Fitted.safeParse(value);
  if (policy.success) return policy.data.fitted.traffic;
  const reference = DriftReference.safeParse(value);
  if (reference.success) return reference.data;
  throw new RouterError('options.invalid', `\`${file}\` is no reference for drift`, {
    where: file,
    advice: 'name `drift.json` of a run folder, or a policy written by `pointsman fit`',
    cause: reference.error,
  });
}

/** The reference that was named, else the one the policy was fitted with. @throws RouterError `options.invalid` when there is neither */
export function driftReferenceOf(named: string | DriftReference | undefined, { fitted, name }: ReadyPolicy): DriftReference {
  if (typeof named === 'string') return loadDriftReference(named);
  const reference = named ?? fitted?.traffic;
  if (reference !== undefined) return reference;
  throw new RouterError('options.invalid', `\`drift\` has nothing to compare with: policy \`${name}\` was not fitted`, {
    where: 'drift.reference',
    advice: 'give `drift: { reference }`: `drift.json` of a run folder, or a policy written by `pointsman fit`',
  });
}
