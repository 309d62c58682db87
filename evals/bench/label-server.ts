import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A labelling model that takes so long for each answer and errs by the hash of text and prompt; prints its port. */
const latencyMs = Number(process.argv[2] ?? 50);
const LEVELS = ['low', 'medium', 'high'];

const server = createServer((request, response) => {
  const pieces: Buffer[] = [];
  request.on('data', (piece: Buffer) => pieces.push(piece));
  request.on('end', () => {
    const { messages } = JSON.parse(Buffer.concat(pieces).toString('utf8')) as { messages: { content: string }[] };
    const text = messages.at(-1)?.content.split('\n')[1] ?? '';
    const byte = (salt: string) =>
      createHash('sha256')
        .update(salt + text)
        .digest()[0] ?? 0;
    const label = { complexity: LEVELS[byte(messages[0]?.content ?? '') % 3], domain: 'code', risk: LEVELS[byte('risk') % 2] };
    setTimeout(() => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({
          id: 'b',
          object: 'chat.completion',
          created: 1,
          model: 'bench',
          choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: JSON.stringify(label) } }],
          usage: { prompt_tokens: 1_000, completion_tokens: 20, prompt_tokens_details: { cached_tokens: 900 } },
        }),
      );
    }, latencyMs);
  });
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));
process.on('disconnect', () => process.exit());
