import type { Classifier } from '../../core/contracts.ts';
import { localSource } from '../../core/label.ts';
import type { Taxonomy } from '../../core/taxonomy.ts';
import { refuseAborted } from '../abort.ts';
import { mapAxes } from '../raise.ts';
import { majorityAxis, type Prior } from './prior.ts';

/** Always the commonest value of each axis, with its share as confidence: what a classifier must beat to have learned anything. */
export function majorityBaseline<T extends Taxonomy>(taxonomy: T, prior: Prior): Classifier<T> {
  return {
    name: 'majority',
    async classify(_request, signal) {
      refuseAborted(signal);
      return { label: mapAxes(taxonomy, (definition, axis) => majorityAxis(definition, prior[axis])), source: localSource('majority') };
    },
  };
}
