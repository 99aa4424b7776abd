import { TidelockError } from '@tidelock/engine';
import { isCluster, type CommandArguments, type RedisClient } from './client.ts';
import { hashSlotOf } from './hash-slot.ts';
import { ReplicatedCommits } from './replicated-commits.ts';
import type { Script } from './script.ts';
import { assertSound, isOfCluster, type Durability } from './server-check.ts';
import { ConnectionLost, faultOf, isRedirection, isReply, isScriptMissing } from './store-fault.ts';

/** So many calls that were given up may still wait in the client: a bound on memory while a server is silent. */
const givenUpMax = 1_000;

/** How often a commit to a cluster looks for its partition, and how long it waits in between, in milliseconds. */
const redirectionTriesMax = 16;
const redirectionPauseMs = 100;

/** Replicas are waited for this part of the limit of time: what waits behind has some of it left. */
const waitShare = 4;

export interface ConnectionSettings {
  readonly timeoutSeconds: number;
  readonly durability: Durability;
  /** How many replicas must have a commit before it is answered. */
  readonly replicas: number;
}

/** Sends commands by a client, each within a limit of time, and none to a server that may lose what it is told. */
export class Connections {
  readonly #client: RedisClient;
  readonly #settings: ConnectionSettings;
  readonly #timeoutMs: number;
  /** Why the last try to connect failed; null since a connection stood, and before the first try. */
  #failure: TidelockError | null = null;
  #attempt: PromiseWithResolvers<void> | null = null;
  #wasReady = false;
  /** Whether the servers are what the store asks for; null before they were looked at. */
  #sound: Promise<void> | null = null;
  #givenUp = 0;
  /** By the servers that they go to. */
  readonly #commits = new Map<string, ReplicatedCommits>();

  constructor(client: RedisClient, settings: ConnectionSettings) {
    this.#client = client;
    this.#settings = settings;
    this.#timeoutMs = settings.timeoutSeconds * 1_000;
    client.on('ready', () => {
      this.#wasReady = true;
      this.#failure = null;
      // Behind the same name there may be another server, or one that was set differently.
      this.#sound = null;
      this.#attempt?.resolve();
    });
    client.on('error', (error) => this.#fail(faultOf(error)));
    client.on('close', () => {
      // What stood and broke may stand again in a moment, which is waited for. What never stood is told at once.
      if (this.#wasReady) this.#failure = null;
      this.#wasReady = false;
    });
    client.on('+node', (node) => void this.#look(node as RedisClient));
  }

  /** One command. @throws TidelockError `store/…`: it was not carried out. ConnectionLost: nobody can say. */
  async call(command: string, values: CommandArguments): Promise<unknown> {
    await this.#ready();
    return this.#inTime(this.#client.call(command, ...values));
  }

  /** A script as one step. @throws as {@link call}. */
  async run(script: Script, keys: readonly string[], values: CommandArguments): Promise<unknown> {
    const rest = [keys.length, ...keys, ...values];
    try {
      return await this.call('evalsha', [script.sha1, ...rest]);
    } catch (error) {
      if (!isScriptMissing(error)) throw error;
      return this.call('eval', [script.text, ...rest]);
    }
  }

  /** A script of which the replicas that are asked for must have what it wrote. @throws as {@link call}. */
  async commit(script: Script, keys: readonly string[], values: CommandArguments): Promise<unknown> {
    if (this.#settings.replicas === 0) return this.run(script, keys, values);
    const rest = [keys.length, ...keys, ...values];
    let command: CommandArguments = ['evalsha', script.sha1, ...rest];
    for (let tries = 1; ; tries++) {
      await this.#ready();
      const commit = this.#commitsOf(keys[0]!).add(command);
      try {
        return await this.#inTime(commit.answer, () => commit.withdraw());
      } catch (error) {
        if (isScriptMissing(error)) command = ['eval', script.text, ...rest];
        // In a cluster the client follows by itself only what is sent alone.
        else if (isRedirection(error)) await this.#refreshSlots();
        else throw error;
        if (tries >= redirectionTriesMax) throw error;
      }
    }
  }

  close(): void {
    this.#client.disconnect();
  }

  /** The commits of the server that has a key now. */
  #commitsOf(key: string): ReplicatedCommits {
    const server = isCluster(this.#client) ? (this.#client.slots[hashSlotOf(key)]?.[0] ?? '') : '';
    let commits = this.#commits.get(server);
    if (commits === undefined) {
      const waitMs = Math.ceil(this.#timeoutMs / waitShare);
      commits = new ReplicatedCommits(this.#client, this.#settings.replicas, waitMs);
      this.#commits.set(server, commits);
    }
    return commits;
  }

  async #refreshSlots(): Promise<void> {
    if (isCluster(this.#client)) this.#client.refreshSlotsCache();
    await new Promise((resolve) => setTimeout(resolve, redirectionPauseMs));
  }

  /** `withdraw` says whether what has no answer was not even sent. */
  async #inTime<Result>(promise: Promise<Result>, withdraw = (): boolean => false): Promise<Result> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        const detail = `No answer came within ${this.#timeoutMs / 1_000} s.`;
        if (withdraw()) return reject(new TidelockError('store/unavailable', { detail }));
        this.#giveUp(promise);
        return reject(new ConnectionLost(detail));
      }, this.#timeoutMs);
    });
    try {
      return await Promise.race([promise, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  #giveUp(promise: Promise<unknown>): void {
    const settled = (): void => void this.#givenUp--;
    this.#givenUp++;
    promise.then(settled, settled);
  }

  /** Waits until there is a connection to sound servers. @throws TidelockError: nothing was sent. */
  async #ready(): Promise<void> {
    if (this.#givenUp >= givenUpMax)
      throw new TidelockError('store/unavailable', { detail: 'Too many calls wait for an answer already.' });
    if (this.#client.status !== 'ready') await this.#untilReady();
    const sound = (this.#sound ??= this.#check());
    try {
      await sound;
    } catch (error) {
      if (this.#sound === sound) this.#sound = null;
      throw error;
    }
  }

  async #untilReady(): Promise<void> {
    if (this.#client.status === 'wait') this.#client.connect().catch(() => undefined);
    if (this.#failure !== null) throw this.#failure;
    const attempt = (this.#attempt ??= this.#nextAttempt());
    await attempt.promise;
  }

  /** How the attempt ends that is under way or comes next; one that takes too long has failed. */
  #nextAttempt(): PromiseWithResolvers<void> {
    const attempt = Promise.withResolvers<void>();
    const detail = `No connection was made within ${this.#timeoutMs / 1_000} s.`;
    const timer = setTimeout(
      () => this.#fail(new TidelockError('store/unavailable', { detail })),
      this.#timeoutMs,
    );
    const settled = (): void => {
      clearTimeout(timer);
      this.#attempt = null;
    };
    attempt.promise.then(settled, settled);
    return attempt;
  }

  #fail(fault: TidelockError): void {
    this.#failure = fault;
    this.#attempt?.reject(fault);
  }

  /** Looks at every server. In a cluster, one that does not answer is passed over: nothing is kept there now. */
  async #check(): Promise<void> {
    const { durability } = this.#settings;
    try {
      if (!isCluster(this.#client)) {
        if (await this.#inTime(isOfCluster(this.#client)))
          throw new TidelockError('store/unavailable', {
            detail: 'This server is one of a cluster: name it with "?cluster=true".',
          });
        return await this.#inTime(assertSound(this.#client, { durability, isMaster: true }));
      }
      await Promise.all(this.#client.nodes('all').map((node) => this.#checkNode(node)));
    } catch (error) {
      throw beforeAnything(error);
    }
  }

  async #checkNode(node: RedisClient): Promise<void> {
    const check = assertSound(node, { durability: this.#settings.durability, isMaster: false });
    try {
      await this.#inTime(check);
    } catch (error) {
      if (isFinding(error)) throw error;
      // SECURITY: C17, a node that was silent may answer late, and serve: the next call then looks at all of them again. One whose
      // connection breaks instead leaves, and is looked at when it joins.
      check.catch((late: unknown) => {
        if (isFinding(late)) this.#sound = null;
      });
    }
  }

  /** A node that joins while the others serve: what is wrong with it is told by the next call. */
  async #look(node: RedisClient): Promise<void> {
    // Before that, all are looked at together.
    if (this.#client.status !== 'ready') return;
    try {
      await this.#checkNode(node);
    } catch {
      this.#sound = null;
    }
  }
}

/** Whether a look at a server ended with what is wrong with it, and not with silence. */
function isFinding(error: unknown): boolean {
  return error instanceof TidelockError || isReply(error);
}

/** What fails before anything is sent has carried out nothing. */
export function beforeAnything(error: unknown): TidelockError {
  if (!(error instanceof ConnectionLost)) return faultOf(error);
  return new TidelockError('store/unavailable', { detail: error.message, cause: error });
}
