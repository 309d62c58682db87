/** `npm run build`, but for the declarations, which `tsc` writes beside the bundle. */

import { bundle } from './bundle.ts';

await bundle('dist');
