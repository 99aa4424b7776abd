import { connect, type Socket } from 'node:net';

export interface SteadyRequest {
  readonly path: string;
  readonly body: string;
  /** What stands in an answer that is right. */
  readonly expected: string;
  /** Told of the answer: the next request of a pair may be made from it. */
  readonly onAnswer?: (body: string) => void;
}

export interface SteadyOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly connections: number;
  readonly perSecond: number;
  readonly seconds: number;
  /** The next request, or null where there is none at this moment: its turn is counted as missed. */
  readonly next: () => SteadyRequest | null;
  /** Told of each answer that is right: when it was to be sent, in seconds since the start, and how long it took from then on. */
  readonly onLatency: (second: number, milliseconds: number) => void;
}

export interface SteadyResult {
  readonly good: number;
  readonly missed: number;
  readonly errors: number;
  readonly firstError: string;
}

const tickMilliseconds = 2;
const drainMilliseconds = 10_000;

/**
 * Sends requests at a constant rate over connections that stay open, whether or not those before were answered: what waits for a free
 * connection waits on the service's account, since its time runs from the moment in which it was to be sent.
 */
export async function steadyLoad(options: SteadyOptions): Promise<SteadyResult> {
  const { connections, perSecond, seconds, next, onLatency } = options;
  const waiting: { readonly request: SteadyRequest; readonly due: number }[] = [];
  const result = { good: 0, missed: 0, errors: 0, firstError: '' };
  const lines = Array.from({ length: connections }, () => new Line(options));
  const start = performance.now();
  let scheduled = 0;
  let answered = 0;

  const fail = (text: string): void => {
    result.errors += 1;
    if (result.firstError === '') result.firstError = text.slice(0, 300);
  };
  const send = (line: Line): void => {
    const job = waiting.shift();
    if (job === undefined) return void idle.push(line);
    line.ask(job.request, (body, error) => {
      answered += 1;
      if (error !== null) fail(error);
      else if (!body.includes(job.request.expected)) fail(body);
      else {
        result.good += 1;
        onLatency((job.due - start) / 1000, performance.now() - job.due);
        job.request.onAnswer?.(body);
      }
      send(line);
    });
  };
  const idle = lines.slice();
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const elapsed = performance.now() - start;
      const due = Math.min(seconds * perSecond, Math.floor((elapsed / 1000) * perSecond));
      for (; scheduled < due; scheduled += 1) {
        const request = next();
        if (request === null) result.missed += 1;
        else waiting.push({ request, due: start + (scheduled / perSecond) * 1000 });
      }
      while (waiting.length > 0 && idle.length > 0) send(idle.pop()!);
      const isDone = elapsed > seconds * 1000 && answered + result.missed === scheduled;
      if (!isDone && elapsed < seconds * 1000 + drainMilliseconds) return;
      if (!isDone) fail(`${scheduled - answered - result.missed} requests were never answered.`);
      clearInterval(timer);
      resolve();
    }, tickMilliseconds);
  });
  for (const line of lines) line.close();
  return result;
}

type OnAnswer = (body: string, error: string | null) => void;

/** One connection with one request at a time, in as little code as HTTP/1.1 with a Content-Length takes: `fetch` would cost more than the service. */
class Line {
  readonly #host: string;
  readonly #port: number;
  readonly #head: string;
  #socket: Socket | null = null;
  #received = '';
  #onAnswer: OnAnswer | null = null;

  constructor({ url, headers }: SteadyOptions) {
    const { hostname, port, host } = new URL(url);
    this.#host = hostname;
    this.#port = Number(port);
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    this.#head = `Host: ${host}\r\nContent-Type: application/json\r\n${lines.join('')}`;
  }

  ask({ path, body }: SteadyRequest, onAnswer: OnAnswer): void {
    this.#onAnswer = onAnswer;
    this.#socket ??= this.#open();
    const length = `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n`;
    this.#socket.write(`POST ${path} HTTP/1.1\r\n${this.#head}${length}${body}`);
  }

  close(): void {
    this.#socket?.destroy();
  }

  #open(): Socket {
    const socket = connect(this.#port, this.#host);
    socket.setNoDelay(true);
    // Lengths are counted in bytes, and in latin1 each is one character.
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => this.#read(text));
    socket.on('error', (error) => this.#answer('', error.message));
    socket.on('close', () => {
      this.#socket = null;
      this.#answer('', 'The connection was closed.');
    });
    return socket;
  }

  #read(text: string): void {
    this.#received += text;
    const end = this.#received.indexOf('\r\n\r\n');
    if (end === -1) return;
    const length = /^content-length: (\d+)$/im.exec(this.#received.slice(0, end).replaceAll('\r', ''))?.[1];
    if (length === undefined) return this.#answer('', 'An answer had no Content-Length.');
    const body = this.#received.slice(end + 4);
    if (body.length >= Number(length)) this.#answer(body, null);
  }

  #answer(body: string, error: string | null): void {
    const onAnswer = this.#onAnswer;
    this.#onAnswer = null;
    this.#received = '';
    onAnswer?.(body, error);
  }
}
