import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { freePort } from '../../../test/components/free-port.ts';

/** Stands before a server and can lose an answer: the request arrives, and then the connection is broken off. */
export interface AnswerCutter {
  readonly port: number;
  /** The next request reaches the server, and its answer reaches nobody. */
  cutNextAnswer(): void;
  close(): void;
}

export async function startAnswerCutter(serverPort: number): Promise<AnswerCutter> {
  const port = await freePort();
  const sockets = new Set<Socket>();
  let isCutting = false;
  const cutter = createServer((client) => {
    const server = connect(serverPort, '127.0.0.1');
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        client.destroy();
        server.destroy();
      });
    }
    client.on('data', (request) => server.write(request));
    server.on('data', (answer) => {
      if (!isCutting) return client.write(answer);
      isCutting = false;
      return client.destroy();
    });
  }).listen(port, '127.0.0.1');
  await once(cutter, 'listening');
  return {
    port,
    cutNextAnswer() {
      isCutting = true;
    },
    close() {
      cutter.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
