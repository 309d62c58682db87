import { spawnSync } from 'node:child_process';

/** Without a server these tests are skipped on a developer's machine; where `CI` is set they fail, so that they cannot be lost. */
export const hasRedis = spawnSync('redis-server', ['--version']).status === 0 || process.env.CI !== undefined;
