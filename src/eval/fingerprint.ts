import { createHash } from 'node:crypto';
import type { RouteRequest } from '../core/request.ts';
import { viewOf } from '../core/view.ts';

/**
 * What makes two texts the same for the purpose of leakage: letters and digits, case and width folded, everything else one space.
 *
 * @example normalisedText('  Héllo,\nWORLD! ') // => 'héllo world'
 */
export function normalisedText(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{S}\p{Cs}]+/gu, ' ')
    .trim();
}

/**
 * Sixteen hexadecimal digits of the SHA-256 of a normalised text. Lone surrogates are escaped first, so that they stay apart.
 *
 * @example textFingerprint('Hi there!') === textFingerprint('hi  there') // => true
 */
export function textFingerprint(text: string): string {
  return createHash('sha256')
    .update(JSON.stringify(normalisedText(text)))
    .digest('hex')
    .slice(0, 16);
}

/** The fingerprint of what a classifier may see of a request: same view, same fingerprint. */
export function requestFingerprint(request: RouteRequest): string {
  return textFingerprint(viewOf(request).text);
}
