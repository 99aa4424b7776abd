import { createServer } from 'node:http';

/** The floor: node:http, a JSON body parsed and a JSON body answered, and nothing else. */
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = JSON.stringify({
      outcome: 'accepted',
      echo: JSON.parse(Buffer.concat(chunks).toString()) as unknown,
    });
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    });
    response.end(body);
  });
});
server.listen(Number(process.env['PORT']), '127.0.0.1');
