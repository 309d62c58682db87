import { readdirSync } from 'node:fs';
import type { Taxonomy } from '../core/taxonomy.ts';
import { packageFile, readTextFile } from './files.ts';
import { PROJECT_FILE } from './project.ts';
import { plainPolicy, plainPrompt, taxonomyYaml } from './scaffold-text.ts';

/** A file of a new project: where it goes, below the project's folder, and its text. */
export type NewFile = { path: string; text: string };

const TEMPLATE = 'datasets/templates/support';
const SPLITS = ['train', 'dev', 'test'] as const;

const IGNORED: NewFile = { path: '.gitignore', text: '.pointsman/\nweights.bin\n' };

/** Settings every command run in the folder reads. */
export const projectText = (name: string): string =>
  `# The project \`${name}\`: every pointsman command run in this folder works with these. Paths start here.
taxonomy: taxonomy.yaml        # the axes of the label
prompt: prompts/classify.md    # what the classifier llm is told
policy: policy.json            # which label goes to which models
weights: weights.bin           # written by \`pointsman train\`, read by the classifier embedded
datasets: datasets             # requests/{train,dev,test}.csv; lexicon/AXIS.VALUE.txt, words that point to a value (optional)
`;

/** A whole project to start from: the help desk of a shop, with axes topic, urgency and sensitivity. */
export function supportProject(name: string): NewFile[] {
  const read = (path: string) => readTextFile(packageFile(`${TEMPLATE}/${path}`));
  const words = readdirSync(packageFile(`${TEMPLATE}/lexicon`)).sort();
  return [
    { path: PROJECT_FILE, text: projectText(name) },
    { path: 'taxonomy.yaml', text: read('taxonomy.yaml') },
    { path: 'prompts/classify.md', text: read('prompts/classify.md').replace('{{name}}', name) },
    { path: 'policy.json', text: read('policy.json').replace('"name": "support"', `"name": ${JSON.stringify(name)}`) },
    ...SPLITS.map((split) => ({ path: `datasets/requests/${split}.csv`, text: read(`requests/${split}.csv`) })),
    ...words.map((file) => ({ path: `datasets/lexicon/${file}`, text: read(`lexicon/${file}`) })),
    IGNORED,
  ];
}

/** A project of axes read off somebody's own labelled set, with its splits. */
export function ownProject(name: string, taxonomy: Taxonomy, splits: readonly NewFile[]): NewFile[] {
  return [
    { path: PROJECT_FILE, text: projectText(name) },
    { path: 'taxonomy.yaml', text: taxonomyYaml(taxonomy) },
    { path: 'prompts/classify.md', text: plainPrompt(name, taxonomy) },
    { path: 'policy.json', text: plainPolicy(readTextFile(packageFile(`${TEMPLATE}/policy.json`)), name) },
    ...splits.map(({ path, text }) => ({ path: `datasets/requests/${path}`, text })),
    IGNORED,
  ];
}
