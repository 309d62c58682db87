import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { defineTaxonomy, type Taxonomy } from '../core/taxonomy.ts';
import { readYamlFile } from './yaml.ts';

/** The file that says which axes, prompt, policy and weights the commands run in its folder work with. */
export const PROJECT_FILE = 'pointsman.yaml';

const path = z.string().min(1);

/** What `pointsman.yaml` may say. Paths start from its folder. */
const ProjectFile = z.strictObject({
  /** The axes, as YAML or JSON. */
  taxonomy: path,
  /** Where to route. Default: the shipped policy, which fits the shipped axes alone. */
  policy: path.optional(),
  /** What classifier `llm` is told. Default: the shipped prompt. */
  prompt: path.optional(),
  /** Prices and abilities. Default: the shipped ones. */
  catalogue: path.optional(),
  /** What `pointsman train` writes and `embedded` reads. */
  weights: path.default('weights.bin'),
  /** Folder with `requests/train.csv`, `dev.csv` and `test.csv`. */
  datasets: path.default('datasets'),
});

const ValueFile = z.strictObject({ meaning: z.string().min(1), examples: z.array(z.string().min(1)).default([]) });
const AxisFile = z.strictObject({
  question: z.string().min(1),
  ordered: z.boolean().default(false),
  reads: z.enum(['view', 'segments']).default('view'),
  values: z.record(z.string(), ValueFile),
});
const TaxonomyFile = z.record(z.string(), AxisFile);

/** A project with absolute paths. */
export type Project = {
  file: string;
  taxonomy: Taxonomy;
  policy: string | undefined;
  prompt: string | undefined;
  catalogue: string | undefined;
  weights: string;
  /** False until `pointsman train` has run. */
  trained: boolean;
  datasets: string;
};

/**
 * Reads a project file and the taxonomy it names.
 *
 * @throws RouterError `input.not-found`, `input.unreadable`, `options.invalid` or `taxonomy.invalid`, every problem listed
 */
export async function readProject(file: string): Promise<Project> {
  const { taxonomy, policy, prompt, catalogue, weights, datasets } = await readYamlFile(file, ProjectFile, 'options.invalid');
  const at = <P extends string | undefined>(given: P) => (given === undefined ? given : resolve(dirname(file), given)) as P;
  return {
    file,
    taxonomy: await loadTaxonomy(at(taxonomy)),
    policy: at(policy),
    prompt: at(prompt),
    catalogue: at(catalogue),
    weights: at(weights),
    trained: existsSync(at(weights)),
    datasets: at(datasets),
  };
}

/**
 * Axes from a YAML or JSON file: by name a `question`, whether they are `ordered` (least first), and `values` with their meaning and examples.
 *
 * @throws RouterError `taxonomy.invalid` listing every problem
 */
export async function loadTaxonomy(file: string): Promise<Taxonomy> {
  return defineTaxonomy(await readYamlFile(file, TaxonomyFile, 'taxonomy.invalid'));
}

/** The options of a router that a project says. */
export type ProjectOptions = { taxonomy: Taxonomy; trainingRows: string } & {
  [path in 'policy' | 'prompt' | 'catalogue' | 'weights']?: string | undefined;
};

/**
 * What `pointsman.yaml` says, as options of a router: an app then labels and routes as the commands in that folder do.
 *
 * @param file path of the project file. @default 'pointsman.yaml'
 * @throws RouterError `input.not-found`, `input.unreadable`, `options.invalid` or `taxonomy.invalid`
 * @example
 * const router = createRouter({ ...(await loadProject('support-desk/pointsman.yaml')), cached: true });
 */
export async function loadProject(file: string = PROJECT_FILE): Promise<ProjectOptions> {
  return projectOptions(await readProject(resolve(file)));
}

/** Weights that were not trained yet are left out: `embedded` then says of every axis that it is not scored. */
export function projectOptions({ taxonomy, policy, prompt, catalogue, weights, trained, datasets }: Project): ProjectOptions {
  return {
    taxonomy,
    policy,
    prompt,
    catalogue,
    weights: trained ? weights : undefined,
    trainingRows: join(datasets, 'requests/train.csv'),
  };
}
