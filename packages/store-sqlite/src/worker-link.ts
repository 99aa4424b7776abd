import { Worker } from 'node:worker_threads';
import { TidelockError } from '@tidelock/engine';
import {
  memoryPath,
  type AnswerOf,
  type CallKind,
  type RequestOf,
  type SessionOptions,
  type WorkerAnswer,
  type WorkerRequest,
} from './worker-protocol.ts';

// Sources run as sources and the build as the build; both names stand here whole, so that tools see the worker.
const workerUrl = import.meta.url.endsWith('.ts')
  ? new URL('./sqlite-worker.ts', import.meta.url)
  : new URL('./sqlite-worker.js', import.meta.url);

/** The worker ended in the middle of a call: nobody can say whether the call was carried out. */
export class WorkerLost extends Error {
  override readonly name = 'WorkerLost';
}

interface PendingCall {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

/**
 * The main thread's side of the worker: starts it at the first call, numbers the calls, and starts a new one after it was
 * lost. It keeps the process alive only while a call is in flight.
 */
export class WorkerLink {
  readonly #options: SessionOptions;
  readonly #pending = new Map<number, PendingCall>();
  #worker: Worker | null = null;
  #lastCall = 0;
  #wasOpen = false;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /** @throws TidelockError `store/…`, or {@link WorkerLost}. */
  async call<Kind extends CallKind>(kind: Kind, request: RequestOf<Kind>): Promise<AnswerOf<Kind>> {
    const worker = (this.#worker ??= this.#start());
    const call = ++this.#lastCall;
    if (this.#pending.size === 0) worker.ref();
    const answer = new Promise((resolve, reject) => this.#pending.set(call, { resolve, reject }));
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, and no window
    worker.postMessage([call, kind, request] satisfies WorkerRequest);
    return (await answer) as AnswerOf<Kind>;
  }

  /** Waits for the calls before it, has the database closed, and ends the worker. */
  async close(): Promise<void> {
    if (this.#worker === null) return;
    const worker = this.#worker;
    await this.call('close', null);
    this.#worker = null;
    await worker.terminate();
  }

  #start(): Worker {
    if (this.#wasOpen && this.#options.path === memoryPath) {
      throw new TidelockError('store/unavailable', {
        detail: 'It lived in the memory of a worker that is lost.',
      });
    }
    const workerData: SessionOptions = { ...this.#options, mayCreate: !this.#wasOpen };
    const worker = new Worker(workerUrl, { name: 'tidelock-sqlite', workerData });
    worker.unref();
    worker.on('message', (answer: WorkerAnswer) => this.#settle(answer));
    worker.on('error', (error) => this.#lose(worker, error));
    worker.on('exit', (status) => this.#lose(worker, new Error(`The worker ended with status ${status}.`)));
    return worker;
  }

  #settle([call, fault, answer]: WorkerAnswer): void {
    const pending = this.#pending.get(call);
    this.#pending.delete(call);
    if (this.#pending.size === 0) this.#worker?.unref();
    if (fault !== null) {
      pending?.reject(new TidelockError(fault.code, { detail: fault.detail }));
      return;
    }
    this.#wasOpen = true;
    pending?.resolve(answer);
  }

  #lose(worker: Worker, cause: unknown): void {
    if (this.#worker !== worker) return;
    this.#worker = null;
    const lost = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of lost) reject(new WorkerLost('The worker of the store was lost.', { cause }));
  }
}
