import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { packageFile } from '../../src/config/files.ts';
import { textOf } from '../../src/core/request.ts';
import { requestOf } from '../../src/learn/sources.ts';

export type DatasetRow = {
  id: string;
  text: string;
  complexity: string;
  domain: string;
  risk: string;
  language: string;
  slices: string;
  cluster: string;
  labeler: string;
};
export const SPLITS = ['train', 'dev', 'test'] as const;

export function readSplit(split: (typeof SPLITS)[number]): DatasetRow[] {
  return parse(readFileSync(packageFile(`datasets/requests/${split}.csv`)), { columns: true }) as DatasetRow[];
}

/** The user's words of a row, turns joined. */
export function wordsOf(row: DatasetRow): string {
  return requestOf(row.text)
    .messages.filter((message) => message.role === 'user')
    .map(textOf)
    .join('\n');
}

const plain = (text: string) => text.normalize('NFKC').toLowerCase();
export const tokens = (text: string): string[] => plain(text).match(/[\p{L}\p{N}_]+/gu) ?? [];

const RUN_WORDS = 8;
const RUN_CHARACTERS = 24;
const UNSPACED = /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]{24,}/g;

/** Every run of eight words, and of 24 characters in scripts without spaces. */
export function runsOf(text: string): Set<string> {
  const runs = new Set<string>();
  const words = tokens(text);
  for (let at = 0; at + RUN_WORDS <= words.length; at++) runs.add(words.slice(at, at + RUN_WORDS).join(' '));
  for (const stretch of plain(text).match(UNSPACED) ?? []) {
    for (let at = 0; at + RUN_CHARACTERS <= stretch.length; at++) runs.add(stretch.slice(at, at + RUN_CHARACTERS));
  }
  return runs;
}
