import { parentPort, workerData } from 'node:worker_threads';
import { DatabaseSession } from './database-session.ts';
import { faultOf } from './store-fault.ts';
import type { SessionOptions, WorkerAnswer, WorkerRequest } from './worker-protocol.ts';

const options = workerData as SessionOptions;
const session = new DatabaseSession(options);
const port = parentPort;
if (port === null) throw new Error('sqlite-worker runs in a worker thread that sqliteStore starts.');

port.on('message', (message: WorkerRequest) => {
  const answer = answerTo(message);
  port.postMessage(answer);
});

function answerTo([call, kind, request]: WorkerRequest): WorkerAnswer {
  try {
    return [call, null, session.handle(kind, request as never)];
  } catch (error) {
    const { code, message } = faultOf(error, options.path);
    return [call, { code, detail: message }, null];
  }
}
