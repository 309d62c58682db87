import type { Command } from './command.ts';

export const INIT: Command = {
  name: 'init',
  summary: 'start a project with axes of your own: taxonomy, prompt, requests and policy to edit',
  usage: '[DIR]',
  flags: [{ name: 'name', kind: 'text', value: 'NAME', help: 'what prompt and policy are called (that of the folder unless given)' }],
  examples: ['pointsman init support-desk', 'pointsman init support-desk --name support'],
  run: async (given, io) => (await import('./commands/init.ts')).initCommand(given, io),
};
