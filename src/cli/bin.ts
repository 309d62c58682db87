#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';
import { COMMANDS } from './commands.ts';
import { nodeIo } from './io.ts';
import { main } from './main.ts';

// Most of what a command makes is short-lived: a nursery that does not grow costs no time and keeps a fifth of the memory free.
setFlagsFromString('--semi-space-growth-factor=1');

const interrupted = new AbortController();
// What computes without a pause would be told when it is done: it is left to end by the signal, and writes whole files or none.
if (!COMMANDS.some(({ name, deaf }) => deaf === true && name === process.argv[2])) {
  process.once('SIGINT', () => interrupted.abort());
  process.once('SIGTERM', () => interrupted.abort());
}
process.exitCode = await main(process.argv.slice(2), nodeIo(interrupted.signal));
