import { createRouter, defaultTaxonomy, type Embedder } from '../../src/index.ts';
import { ifStarted } from './stage.ts';

const beekeeping = [
  'when does a hive swarm',
  'my bees died over winter',
  'how much honey can I take from a young colony',
  'oxalic acid against varroa mites, which month',
  'is this queen cell or supersedure',
  'best wood for a top-bar hive',
  'bees drink from my neighbour’s pool',
  'feed sugar syrup in autumn?',
  'my smoker keeps going out',
  'how to move two hives ten metres',
];

/** Stands in for an embedding model, so that this runs offline: it only knows which words a text has. */
const embedder: Embedder = {
  name: 'stand-in',
  model: 'words',
  embed: async (texts) => ({ vectors: texts.map(wordCounts), usage: null }),
};

function wordCounts(text: string): Float32Array {
  const counts = new Float32Array(1024);
  for (const word of text.toLowerCase().match(/\p{L}+/gu) ?? ['']) {
    const at = [...word].reduce((hash, letter) => (hash * 31 + letter.charCodeAt(0)) % 1024, 7);
    counts[at] = (counts[at] ?? 0) + 1;
  }
  return counts;
}

/** A domain by ten examples. */
export async function example() {
  const values = { ...defaultTaxonomy.domain.values, beekeeping: { meaning: 'bees, hives, honey', examples: [] } };
  await using router = createRouter({
    taxonomy: { ...defaultTaxonomy, domain: { ...defaultTaxonomy.domain, values } },
    classifier: 'semantic',
    semantic: { examples: { domain: { beekeeping } }, embedder },
  });
  const { domain } = await router.classify('do bees swarm from a weak hive?');
  return { domain: domain.value };
}

await ifStarted(import.meta.url, example);
