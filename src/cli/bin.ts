#!/usr/bin/env node
import { nodeIo } from './io.ts';
import { main } from './main.ts';

const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort());
process.once('SIGTERM', () => interrupted.abort());
process.exitCode = await main(process.argv.slice(2), nodeIo(interrupted.signal));
