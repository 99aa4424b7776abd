import { createHmac } from 'node:crypto';
import { createAuditChain } from '../../audit-chain.ts';
import { createCourier, type Courier } from '../../courier.ts';
import { assertRolledOut, rotateKeys } from '../../key-rotation.ts';
import { nodePlatform } from '../../platform/node-crypto.ts';
import type { Policy } from '../../policy.ts';
import type { Channel } from '../../ports/channel.ts';
import type { KeyRing } from '../../ports/key-ring.ts';
import type { Platform } from '../../ports/platform.ts';
import type { Timer } from '../../ports/timer.ts';
import { openIdentity, readStoreKeys, type AuditKey } from '../../store-identity.ts';
import { createTransact } from '../../transact.ts';
import { createVault } from '../../vault.ts';
import { TidelockError } from '../../tidelock-error.ts';
import { createTidelockOn, type Tidelock } from '../../tidelock.ts';
import type { Answer, Span } from './act.ts';
import type { SeededGenerator } from './seeded-generator.ts';
import type { WorldScheduler } from './world-scheduler.ts';
import { lateSecondsMax, type WorldStore } from './world-store.ts';

export interface ProcessRooms {
  readonly name: string;
  readonly scheduler: WorldScheduler;
  readonly store: WorldStore;
  readonly keys: KeyRing;
  readonly policy: Partial<Policy>;
  readonly generator: SeededGenerator;
  /** By how much its clock is off while nothing jumps, in seconds. */
  readonly skewSeconds: number;
  /** Told of every slow hash that is asked for. */
  readonly onHash: (message: string) => void;
  /** Told of every comparison of hashes. */
  readonly onEqual: (bytes: number) => void;
}

/** One server of a world: it has a clock of its own, dies at any moment, and comes back without a memory. */
export class WorldProcess {
  readonly name: string;
  alive = false;
  readonly #rooms: ProcessRooms;
  #life = 0;
  #keys: KeyRing;
  #tidelock: Tidelock | null = null;
  #died: PromiseWithResolvers<{ readonly kind: 'lost' }> = Promise.withResolvers();
  readonly #offsets: { readonly at: number; readonly offset: number }[];

  constructor(rooms: ProcessRooms) {
    this.#rooms = rooms;
    this.#keys = rooms.keys;
    this.name = rooms.name;
    this.#offsets = [{ at: 0, offset: rooms.skewSeconds }];
  }

  /** How far its clock is from the true time, in seconds. */
  get offset(): number {
    return this.#offsets.at(-1)!.offset;
  }

  /** The clock is set, rightly or wrongly. */
  setClock(offset: number): void {
    this.#offsets.push({ at: this.#rooms.scheduler.now(), offset });
  }

  /** From its next start on. */
  setKeys(keys: KeyRing): void {
    this.#keys = keys;
  }

  setClockRight(): void {
    this.setClock(this.#rooms.skewSeconds);
  }

  start(): void {
    if (this.alive) return;
    const { store, policy } = this.#rooms;
    this.alive = true;
    this.#died = Promise.withResolvers();
    this.#tidelock = createTidelockOn(this.#machine(), {
      issuer: 'World',
      store: store.viewOf(this.name, this.whileAlive),
      keys: this.#keys,
      policy,
      notices: { channel: 'email', publicUrl: 'https://world.example' },
    });
    // As a service does: it notes its keys before anybody asks it. What fails is tried anew by the first request.
    this.#tidelock.ready().catch(() => undefined);
  }

  /** Wherever it was: nothing that it waited for reaches it any more. */
  crash(): void {
    this.alive = false;
    this.#life += 1;
    this.#tidelock = null;
    this.#died.resolve({ kind: 'lost' });
  }

  /** Asks the engine of one tenant. A process that is dead, or dies meanwhile, gives no answer. */
  async call<Value>(
    tenant: string,
    ask: (tidelock: Tidelock) => Promise<Value>,
  ): Promise<{ readonly answer: Answer<Value>; readonly span: Span }> {
    const start = this.#rooms.scheduler.now();
    const answer = await this.#answer(tenant, ask);
    const end = this.#rooms.scheduler.now();
    const isInDoubt =
      answer.kind === 'lost' || (answer.kind === 'fault' && answer.code === 'store/outcome-unknown');
    const readings = this.#offsets
      .filter(({ at }, place) => at <= end && (this.#offsets[place + 1]?.at ?? Infinity) >= start)
      .map(({ offset }) => offset);
    const span: Span = {
      process: this.name,
      start,
      end,
      settled: isInDoubt ? end + lateSecondsMax : end,
      isInDoubt,
      offsets: readings,
      clockMin: start + Math.min(...readings),
      clockMax: end + Math.max(...readings),
    };
    return { answer, span };
  }

  /** A courier of this process; it dies with it. */
  courier(channel: Channel): Courier {
    const { store, generator } = this.#rooms;
    return createCourier({
      store: store.viewOf(this.name, this.whileAlive),
      keys: this.#keys,
      channels: [channel],
      clock: this.#clock,
      random: generator,
      timer: this.#timer,
    });
  }

  /** Seals everything anew by its first key; gives the keys that may be dropped, and null where it broke off, or died. */
  async rotate(): Promise<readonly string[] | null> {
    if (!this.alive) return null;
    const outcome = await Promise.race([faultless(this.#rotate()), this.#died.promise]);
    return 'retired' in outcome ? outcome.retired : null;
  }

  async #rotate(): Promise<{ readonly retired: readonly string[] }> {
    const keys = this.#keys;
    const platform = this.#machine();
    const { clock, timer } = platform;
    // What becomes of its commits is no request's business.
    const store = this.#rooms.store.viewOf(`${this.name}, rotating`, this.whileAlive);
    const known = (await readStoreKeys(store, keys, platform))!;
    assertRolledOut(keys, known);
    const auditKey: AuditKey = { current: null };
    const chain = createAuditChain(platform, () => auditKey.current);
    const transact = createTransact({ store, clock, timer, chain });
    await openIdentity({ transact, keys, platform, auditKey }, 'refuse');
    const vault = createVault(keys, platform);
    return rotateKeys({ store, transact, vault, keys, clock, known }, { actor: 'operator' });
  }

  readonly whileAlive = (run: () => void): (() => void) => {
    const life = this.#life;
    return () => {
      if (life === this.#life) run();
    };
  };

  readonly #timer: Timer = {
    after: (seconds, run) => {
      let isCancelled = false;
      this.#rooms.scheduler.after(
        seconds,
        this.whileAlive(() => (isCancelled ? undefined : run())),
      );
      return () => void (isCancelled = true);
    },
  };

  readonly #clock = { now: (): number => this.#rooms.scheduler.now() + this.offset };

  async #answer<Value>(tenant: string, ask: (tidelock: Tidelock) => Promise<Value>): Promise<Answer<Value>> {
    const tidelock = this.#tidelock;
    if (tidelock === null) return { kind: 'fault', code: 'store/unavailable' };
    const asked = (async (): Promise<Answer<Value>> => {
      try {
        return { kind: 'answered', value: await ask(tidelock.forTenant(tenant)) };
      } catch (error) {
        return { kind: 'fault', code: codeOf(error) };
      }
    })();
    return Promise.race([asked, this.#died.promise]);
  }

  /** Everything real but what is slow: argon2id would take minutes. */
  #machine(): Platform {
    const { generator, scheduler, onHash, onEqual } = this.#rooms;
    return {
      ...nodePlatform,
      clock: this.#clock,
      timer: this.#timer,
      random: generator,
      passwordHash: {
        hash: ({ message, salt }) =>
          new Promise((resolve) => {
            onHash(new TextDecoder().decode(message));
            const digest = createHmac('sha256', salt).update(message).digest();
            scheduler.after(
              generator.between(0.02, 0.2),
              this.whileAlive(() => resolve(digest)),
            );
          }),
      },
      equal(left, right) {
        onEqual(left.length);
        return nodePlatform.equal(left, right);
      },
    };
  }
}

/** What a fault of the store is called; a fault that is none of Tidelock's and none of the store's ends the world. */
function codeOf(error: unknown): string {
  if (error instanceof TidelockError) return error.code;
  if (error instanceof Error && error.message === 'The connection broke.') return 'store/unavailable';
  throw error;
}

async function faultless<Value>(work: Promise<Value>): Promise<Value | { readonly code: string }> {
  try {
    return await work;
  } catch (error) {
    return { code: codeOf(error) };
  }
}
