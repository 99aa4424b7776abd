import type { MessagePayload } from './decisions/message.ts';
import { guardLimiter } from './guard-limiter.ts';
import { nodePlatform } from './platform/node-crypto.ts';
import { systemTimer } from './platform/system-timer.ts';
import type { AccountStore, MessageResult, OutgoingMessage } from './ports/account-store.ts';
import type { Channel, DeliveryResult } from './ports/channel.ts';
import type { Clock } from './ports/clock.ts';
import type { KeyRing } from './ports/key-ring.ts';
import type { Random } from './ports/random.ts';
import type { RateLimiter, Spending } from './ports/rate-limiter.ts';
import type { Timer } from './ports/timer.ts';
import { defaultSendBudgets, type SendBudgets } from './send-budgets.ts';
import { createSendGuard, openSendGuard, type SendGuard } from './send-guard.ts';
import { createVault } from './vault.ts';

/** How much goes at once, and how long is waited, in seconds. */
export const courierLimits = {
  /** Messages of one round, which are delivered at the same time. */
  batchMax: 20,
  /** Between two looks into an outbox that had less than a whole batch. */
  lookSeconds: 1,
  /** What one delivery may take: an answer that comes later is no longer waited for. */
  deliverSeconds: 60,
  /** For so long nobody else takes a message: well over a delivery and its settling. */
  leaseSeconds: 180,
  /** After a failure a message waits as long as it has waited already, between these two. */
  retrySecondsMin: 5,
  retrySecondsMax: 900,
  /** Of messages that wait for a budget the older is due first, by half a second at most: so long as a notice lives. */
  orderSeconds: 0.5,
  orderAgeSeconds: 432_000,
  /** Between two tries of a store that fails, growing to this. */
  storeRetrySecondsMax: 60,
  /** What deliveries that are under way may take when the courier is stopped. */
  stopSeconds: 4,
} as const;

/** What a courier needs of a log; pino's loggers have it. */
export interface CourierLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface CourierOptions {
  /** The store of a Tidelock that is `ready`. */
  readonly store: AccountStore;
  readonly keys: KeyRing;
  readonly channels: readonly Channel[];
  /**
   * Counts what one mailbox and one tenant get over all accounts; without it only what one account sends is limited.
   * SECURITY: E4, where it is down, nothing is sent, and everything waits.
   */
  readonly limiter?: RateLimiter;
  /** What differs from the defaults of `limiter`, by the kind of message. */
  readonly budgets?: Partial<SendBudgets>;
  readonly logger?: CourierLogger;
  readonly clock?: Clock;
  readonly timer?: Timer;
  readonly random?: Random;
}

/** Carries messages from the outbox to their channels: each at least once, by any number of processes. */
export interface Courier {
  /** Begins its rounds; whatever fails is tried again, and nothing is ever thrown. */
  start(): void;
  /** Takes no more messages, and waits a little for those under way; the others are sent by the next courier. */
  stop(): Promise<void>;
}

const knownOptions: ReadonlySet<string> = new Set([
  'store',
  'keys',
  'channels',
  'limiter',
  'budgets',
  'logger',
  'clock',
  'timer',
  'random',
]);

/**
 * A courier for the outbox of a store.
 *
 * @throws TypeError for options that are wrong.
 * @example
 * const courier = createCourier({ store, keys, channels: [smtpChannel({ url, from })] });
 * courier.start();
 */
export function createCourier(options: CourierOptions): Courier {
  const unknown = Object.keys(options).find((name) => !knownOptions.has(name));
  if (unknown !== undefined) throw new TypeError(`createCourier has no option "${unknown}".`);
  return new Rounds({
    clock: nodePlatform.clock,
    timer: systemTimer,
    random: nodePlatform.random,
    logger: { info: () => undefined, warn: () => undefined },
    ...options,
  });
}

const decoder = new TextDecoder();

type Rooms = Required<Omit<CourierOptions, 'limiter' | 'budgets'>> &
  Pick<CourierOptions, 'limiter' | 'budgets'>;

class Rounds implements Courier {
  readonly #rooms: Rooms;
  readonly #guard: SendGuard;
  readonly #vault;
  readonly #channels: ReadonlyMap<string, Channel>;
  #running: Promise<void> | null = null;
  #stopping = false;
  #wake: () => void = () => undefined;

  constructor(rooms: Rooms) {
    const { limiter, budgets, timer } = rooms;
    this.#rooms = rooms;
    this.#guard =
      limiter === undefined
        ? openSendGuard
        : createSendGuard(
            guardLimiter(limiter, timer, (error) => this.#noteFault(error)),
            { ...defaultSendBudgets, ...budgets },
          );
    this.#vault = createVault(rooms.keys, nodePlatform);
    this.#channels = new Map(rooms.channels.map((channel) => [channel.name, channel]));
  }

  #noteFault(error: unknown): void {
    tell(() => this.#rooms.logger.warn({ fault: nameOf(error) }, 'the limiter cannot be asked'));
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#wake();
    await this.#within(courierLimits.stopSeconds, this.#running ?? Promise.resolve());
  }

  async #run(): Promise<void> {
    let faults = 0;
    while (!this.#stopping) {
      const claimed = await this.#round();
      faults = claimed === null ? faults + 1 : 0;
      if (claimed === courierLimits.batchMax) continue;
      const { lookSeconds, storeRetrySecondsMax } = courierLimits;
      await this.#sleep(faults === 0 ? lookSeconds : Math.min(2 ** faults, storeRetrySecondsMax));
    }
  }

  /** How many messages were claimed; null where the store failed. */
  async #round(): Promise<number | null> {
    const { store, clock, logger } = this.#rooms;
    const { batchMax, leaseSeconds } = courierLimits;
    try {
      const messages = await store.claimMessages(batchMax, leaseSeconds, clock.now());
      await Promise.all(messages.map((message) => this.#carry(message)));
      return messages.length;
    } catch (error) {
      tell(() => logger.warn({ fault: nameOf(error) }, 'the outbox cannot be read'));
      return null;
    }
  }

  /** Delivers one message and settles it at once, so that a crash repeats as few as possible. */
  async #carry(message: OutgoingMessage): Promise<void> {
    const { logger } = this.#rooms;
    const fields = { message: message.id, channel: message.channel };
    const payload = this.#open(message);
    if (payload === 'open-failed') {
      // SECURITY: C18, what was altered or moved never opens; it is not sent anywhere.
      tell(() => logger.warn(fields, 'a message does not open, and is given up'));
      return this.#settle({ id: message.id, outcome: 'settled' });
    }
    const channel = this.#channels.get(message.channel);
    if (payload === 'key-missing' || channel === undefined) {
      const what = channel === undefined ? 'the channel of a message' : 'the key of a message';
      tell(() => logger.warn(fields, `${what} is not here: it waits`));
      return this.#retry(message.id, courierLimits.retrySecondsMax);
    }
    const told = { ...fields, kind: payload.notice.kind };
    const counted = { tenant: message.accountId.tenant, payload };
    // SECURITY: E1, E4, the last gate before money is spent and somebody is reached: what is not allowed waits.
    const spending = await this.#guard.spend(counted);
    if (spending.outcome !== 'allowed') {
      tell(() => logger.warn({ ...told, reason: spending.reason }, 'a message is over budget, and waits'));
      return this.#holdBack(message.id, spending, payload);
    }
    const result = await this.#deliver(channel, message.id, payload);
    if (result.outcome === 'failed') {
      // What was waited for in vain may have arrived, and stays paid.
      if (result.reason !== 'timeout') await this.#guard.giveBack(counted);
      tell(() => logger.warn({ ...told, reason: result.reason }, 'a message failed, and is tried again'));
      return this.#retry(message.id, this.#rooms.clock.now() - payload.notice.at);
    }
    if (result.outcome === 'delivered') tell(() => logger.info(told, 'a message was delivered'));
    else
      tell(() => logger.warn({ ...told, reason: result.reason }, 'a message was refused, and is given up'));
    return this.#settle({ id: message.id, outcome: 'settled' });
  }

  #open({ id, accountId, payload }: OutgoingMessage): MessagePayload | 'key-missing' | 'open-failed' {
    const opened = this.#vault.open(payload, { id: accountId, holder: id, purpose: 'message' });
    if (opened.outcome !== 'opened') return opened.outcome;
    return JSON.parse(decoder.decode(opened.plaintext)) as MessagePayload;
  }

  async #deliver(channel: Channel, id: string, payload: MessagePayload): Promise<DeliveryResult> {
    // A channel that throws at once is one that fails.
    const attempt = (async () => channel.deliver({ id, ...payload }))().catch((error: unknown) => ({
      outcome: 'failed' as const,
      reason: nameOf(error),
    }));
    const result = await this.#within(courierLimits.deliverSeconds, attempt);
    if (result !== 'too late') return result;
    // An answer that comes late still says that it need not be sent again.
    void attempt.then((late) =>
      late.outcome === 'delivered' ? this.#settle({ id, outcome: 'settled' }) : undefined,
    );
    return { outcome: 'failed', reason: 'timeout' };
  }

  /** Waits longer each time: as long as the message has waited already, give or take, so that a crowd spreads. */
  #retry(id: string, waited: number): Promise<void> {
    const { retrySecondsMin, retrySecondsMax } = courierLimits;
    const spread = 0.75 + this.#rooms.random.bytes(1)[0]! / 512;
    const delay = Math.min(Math.max(waited, retrySecondsMin), retrySecondsMax) * spread;
    return this.#settle({ id, outcome: 'retry', dueAt: this.#rooms.clock.now() + delay });
  }

  /** Until its budget is there again; of those that wait for one, the oldest comes first. */
  #holdBack(
    id: string,
    { retryAfterSeconds }: Exclude<Spending, { readonly outcome: 'allowed' }>,
    { notice }: MessagePayload,
  ): Promise<void> {
    const { orderSeconds, orderAgeSeconds } = courierLimits;
    // Whole seconds, so that the few milliseconds between two looks at one window put nothing out of order.
    const windowAt = Math.ceil(this.#rooms.clock.now() + retryAfterSeconds);
    const age = Math.min(Math.max(windowAt - notice.at, 0), orderAgeSeconds);
    const dueAt = windowAt + orderSeconds * (1 - age / orderAgeSeconds);
    return this.#settle({ id, outcome: 'retry', dueAt });
  }

  /** A message that cannot be settled comes again when its lease is over, with the same id. */
  async #settle(result: MessageResult): Promise<void> {
    const { store, logger } = this.#rooms;
    try {
      await store.settleMessages([result]);
    } catch (error) {
      tell(() => logger.warn({ message: result.id, fault: nameOf(error) }, 'a message cannot be settled'));
    }
  }

  #sleep(seconds: number): Promise<void> {
    if (this.#stopping) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.#rooms.timer.after(seconds, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }

  async #within<Result>(seconds: number, work: Promise<Result>): Promise<Result | 'too late'> {
    const limit = Promise.withResolvers<'too late'>();
    const cancel = this.#rooms.timer.after(seconds, () => limit.resolve('too late'));
    try {
      return await Promise.race([work, limit.promise]);
    } finally {
      cancel();
    }
  }
}

/** SECURITY: the words of a fault may repeat an address; its code or its name do not. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

/** A log that fails stops no courier. */
function tell(write: () => void): void {
  try {
    write();
  } catch {
    // There is nowhere to say it.
  }
}
