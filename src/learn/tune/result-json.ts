import { shareRight } from './paired.ts';
import type { TuneResult } from './report.ts';

/** A result without the answers it rests on: what `--json` prints. */
export function jsonOf({ ending, start, data, incumbent, free, trials, spentUsd, maxUsd, folder }: TuneResult): unknown {
  const { train, dev, test } = data.splits;
  return {
    kind: 'done',
    ending,
    prompt: incumbent.hash,
    models: start.models,
    data: { name: data.name, hash: data.hash, train: train.length, dev: dev.length, test: test.length },
    visible: start.plan.visible,
    baselines: { incumbent: incumbent.primary, ...Object.fromEntries(free.map(({ name, rights }) => [name, shareRight(rights)])) },
    trials,
    spentUsd,
    maxUsd,
    folder,
  };
}
