import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { catalogueOf, providerOf, readPriceList } from '../../config/catalogue/convert.ts';
import { fetchPriceList } from '../../config/catalogue/fetch.ts';
import { CATALOGUE_FILE, loadCatalogue } from '../../config/policy.ts';
import { RouterError } from '../../core/errors.ts';
import type { Catalogue, CatalogueModel } from '../../core/models.ts';
import { replaceFile } from '../../folders.ts';
import type { Arguments } from '../flags.ts';
import type { Io } from '../io.ts';

/** Writes a fresh price and ability catalogue and tells what changed. */
export async function modelsCommand({ flags, positionals }: Arguments, io: Io): Promise<number> {
  if (positionals.length !== 1 || positionals[0] !== 'refresh') throw usage('expected `models refresh`');
  const out = outFile(flags.text('out'), io);
  const before = existsSync(out) ? loadCatalogue(out) : new Map<string, CatalogueModel>();
  const from = flags.text('from') ?? 'models.dev';
  const { text, where, cached } = await fetchPriceList({
    from: /^(https?:\/\/|models\.dev$|litellm$)/.test(from) ? from : resolve(io.cwd, from),
    cacheFolder: resolve(io.cwd, '.pointsman/cache'),
    fresh: flags.on('fresh'),
    fetch: io.fetch,
    now: io.now,
  });
  const list = readPriceList(parsed(text, where), where);
  const catalogue = catalogueOf(list, providersOf(flags.list('providers'), before), new Date(io.now()).toISOString().slice(0, 10));
  replaceFile(out, catalogueText(catalogue));
  const changes = changesOf(before, catalogue.models);
  io.talk(`${where}${cached ? ' (copy less than an hour old)' : ''}: ${catalogue.models.length} models written to ${out}\n`);
  await io.out(
    flags.on('json') ? `${JSON.stringify({ out, models: catalogue.models.length, cached, ...changes })}\n` : changesText(changes),
  );
  return 0;
}

/** A catalogue is only replaced where one lies already, or where the user says. */
function outFile(given: string | undefined, io: Io): string {
  const out = resolve(io.cwd, given ?? CATALOGUE_FILE);
  if (given !== undefined || existsSync(out)) return out;
  throw usage(`there is no ${CATALOGUE_FILE} here: name a file with \`--out FILE\`, and pass it to \`createRouter({ catalogue })\``);
}

function providersOf(given: readonly string[] | undefined, before: ReadonlyMap<string, CatalogueModel>): readonly string[] | 'all' {
  if (given?.includes('all')) return 'all';
  const present = [...new Set([...(before.size > 0 ? before : loadCatalogue()).keys()].map(providerOf))];
  return given ?? present;
}

function parsed(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RouterError('input.unreadable', `\`${where}\` is not JSON: ${(cause as Error).message}`, {
      where,
      advice: 'try again with `--fresh`',
      cause,
    });
  }
}

/** One model a line, so that a refresh is a diff a person can read. */
function catalogueText({ models, ...head }: Catalogue): string {
  const top = Object.entries(head).map(([key, value]) => ` ${JSON.stringify(key)}: ${JSON.stringify(value)},`);
  return ['{', ...top, ' "models": [', models.map((model) => `  ${JSON.stringify(model)}`).join(',\n'), ' ]', '}', ''].join('\n');
}

type Changes = { added: string[]; removed: string[]; repriced: string[]; unpriced: string[] };

function changesOf(before: ReadonlyMap<string, CatalogueModel>, models: readonly CatalogueModel[]): Changes {
  const now = new Map(models.map((model) => [model.id, model]));
  const price = (model: CatalogueModel) => `${model.price.input ?? '?'} / ${model.price.output ?? '?'}`;
  return {
    added: models.filter(({ id }) => !before.has(id)).map(({ id }) => id),
    removed: [...before.keys()].filter((id) => !now.has(id)),
    repriced: models.flatMap((model) => {
      const old = before.get(model.id);
      return old !== undefined && price(old) !== price(model) ? [`${model.id}: ${price(old)} → ${price(model)}`] : [];
    }),
    unpriced: models.filter(({ price: { input, output } }) => input === null || output === null).map(({ id }) => id),
  };
}

function changesText({ added, removed, repriced, unpriced }: Changes): string {
  const part = (name: string, items: readonly string[]) => [`${name}: ${items.length}`, ...items.map((item) => `  ${item}`)];
  return `${[
    ...part('added', added),
    ...part('removed', removed),
    ...part('new price (input / output, dollars per million tokens)', repriced),
    ...part('price unknown', unpriced),
  ].join('\n')}\n`;
}

const usage = (message: string): RouterError =>
  new RouterError('options.invalid', message, { where: 'arguments', advice: 'see `pointsman help models`' });
