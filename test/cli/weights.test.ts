import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeWeights, encodeWeights } from '../../src/classify/embedded/weights.ts';
import { packageFile } from '../../src/config/files.ts';
import { WEIGHTS_FILE } from '../../src/config/weights-build.ts';
import { folder, run } from './io.ts';

const shipped = readFileSync(packageFile(WEIGHTS_FILE));

/** The shipped weights as they would be had they learned one axis of another name. */
function weightsFor(axis: string): Uint8Array {
  const { header, table } = decodeWeights(shipped, WEIGHTS_FILE);
  return encodeWeights({ header: { ...header, axes: header.axes.slice(0, 1).map((first) => ({ ...first, axis })) }, table });
}

describe('weights that are named', () => {
  it.each([
    ['are missing', 'none.bin', null, 'no such file'],
    ['are a folder', '.', null, 'it is a folder'],
    ['are cut', 'cut.bin', shipped.subarray(0, 5_000), 'found 5000'],
    ['are of another kind', 'other.bin', 'a text of another kind', 'another kind of file'],
    ['are for other axes', 'axes.bin', weightsFor('mood'), 'other axes: expected complexity, domain, risk, found mood'],
  ])('F-37 and %s end eval, classify and route with 2, the file and what to do', async (_, name, content, why) => {
    const cwd = folder();
    if (content !== null) writeFileSync(join(cwd, name), content);
    for (const command of [
      ['eval', '--limit', '5'],
      ['classify', 'hi'],
      ['route', 'hi'],
    ]) {
      const { code, talk } = await run([...command, '--weights', name], { cwd });
      expect([code, talk.includes(`\`${join(cwd, name)}\``), talk.includes(why)]).toEqual([2, true, true]);
      expect(talk).toMatch(/ {2}.*`pointsman train --out FILE`.*\[/);
    }
    expect(readdirSync(cwd)).not.toContain('.pointsman');
  });
});
