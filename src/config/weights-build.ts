import { embeddedClassifier } from '../classify/embedded/embedded.ts';
import { decodeWeights, type EmbeddedAxis, type Weights } from '../classify/embedded/weights.ts';
import type { Classifier } from '../core/contracts.ts';
import { isRouterError, RouterError } from '../core/errors.ts';
import type { Taxonomy } from '../core/taxonomy.ts';
import { packageFile, readBytesFile } from './files.ts';

export const WEIGHTS_FILE = 'src/classify/embedded/weights.bin';

/**
 * Classifier `embedded` with the weights of a file; without one, with those that ship.
 *
 * @param wanted which axes of the file are read
 * @throws RouterError naming the file and what to do: `input.not-found`, `input.unreadable`, or `weights.invalid` when it is cut, of another
 *   kind or version, or for other axes
 */
export function embeddedFrom(
  given: string | undefined,
  taxonomy: Taxonomy,
  wanted: (axis: EmbeddedAxis) => boolean = () => true,
): Classifier<Taxonomy> {
  const file = given ?? packageFile(WEIGHTS_FILE);
  const { header, ...weights } = weightsIn(file, given === undefined);
  // Shipped weights know nothing of axes of one's own, and their labels say so; whoever names a file believes that it does.
  if (given !== undefined) refuseStrange(file, header.axes, taxonomy);
  const used = { ...weights, header: { ...header, axes: header.axes.filter(wanted) } };
  return naming(file, undefined, () => embeddedClassifier(taxonomy, used));
}

function weightsIn(file: string, shipped: boolean): Weights {
  const anew = 'make it again with `pointsman train --out FILE`, or name another by `--weights FILE` (option `weights`)';
  return naming(file, shipped ? 'reinstall the package, or rebuild with `npm run train`' : anew, () =>
    decodeWeights(readBytesFile(file), file),
  );
}

function refuseStrange(file: string, axes: readonly EmbeddedAxis[], taxonomy: Taxonomy): void {
  if (axes.some(({ axis }) => Object.hasOwn(taxonomy, axis))) return;
  const [expected, found] = [Object.keys(taxonomy), axes.map(({ axis }) => axis)].map((names) => names.join(', '));
  throw new RouterError('weights.invalid', `\`${file}\` holds weights for other axes: expected ${expected}, found ${found}`, {
    where: file,
    advice: 'train weights for these axes with `pointsman train --out FILE`, or work in the project that these are for (`--project FILE`)',
  });
}

/** The result of `work`, or its error with the file's name in it. */
function naming<T>(file: string, advice: string | undefined, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (!isRouterError(cause)) throw cause;
    const message = cause.message.replace(/^embedded weights: /, '');
    throw new RouterError(cause.code, `weights of classifier \`embedded\`: ${message.includes(file) ? '' : `\`${file}\`: `}${message}`, {
      where: cause.where ?? file,
      advice: advice ?? cause.advice,
      cause,
    });
  }
}
