import { createHash, type Hash } from 'node:crypto';
import { hashBytes } from '../../account/backup-codes.ts';
import { keyRing } from '../../platform/key-ring.ts';
import { nodePlatform } from '../../platform/node-crypto.ts';
import type { Policy } from '../../policy.ts';
import type { KeyRing } from '../../ports/key-ring.ts';
import { createVault } from '../../vault.ts';
import { testKeys } from '../enrolled-account.ts';
import { WorldViolation, type Act, type ActOf, type CallName, type Calls, type Watcher } from './act.ts';
import { Ledger } from './ledger.ts';
import { perform } from './performers.ts';
import { SeededGenerator } from './seeded-generator.ts';
import { AcceptedCodes } from './watchers/accepted-codes.ts';
import { AuditLog } from './watchers/audit-log.ts';
import { Grants } from './watchers/grants.ts';
import { GuessCaps } from './watchers/guess-caps.ts';
import { MailedCodes } from './watchers/mailed-codes.ts';
import { PostOffice } from './watchers/post-office.ts';
import { Records } from './watchers/records.ts';
import { Keys } from './watchers/keys.ts';
import { Recoveries } from './watchers/recoveries.ts';
import { Requirements } from './watchers/requirements.ts';
import { WorldProcess } from './world-process.ts';
import { WorldScheduler } from './world-scheduler.ts';
import { WorldStore } from './world-store.ts';

/** How far the clocks of servers differ while none jumps. */
const skewSecondsMax = 2;
const processCount = 3;
const backupCodeCount = 10;
/** Every key that a world ever has, in the order in which they come to seal. */
export const worldKeys: { readonly test: string; readonly later: string; readonly last: string } = {
  test: testKeys,
  later: 'later:bGF0ZXIta2V5LW9mLWEtd29ybGQtMzItYnl0ZXMtLS0=',
  last: 'last:bGFzdC1rZXktb2YtYS13b3JsZC1vZi0zMi1ieXRlcy0=',
};
const startOfWorlds = 1_767_225_600;

/** A call that is under way. */
interface Running {
  readonly key: string;
  /** Whether another of the same account was under way on the same server meanwhile. */
  isShared: boolean;
  sawUnknown: boolean;
}

/** Servers, a store and those who watch; the actors come from outside. Everything in it follows from its seed. */
export class World {
  readonly generator: SeededGenerator;
  readonly scheduler: WorldScheduler = new WorldScheduler(startOfWorlds);
  readonly store: WorldStore;
  readonly processes: readonly WorldProcess[];
  readonly ledger: Ledger = new Ledger();
  readonly post: PostOffice;
  /** With it whoever watches opens everything. */
  readonly keys: KeyRing = keyRing(Object.values(worldKeys).join(','));
  readonly policy: Partial<Policy> = {
    trustedBrowserDays: 30,
    backupCodes: backupCodeCount,
    factorsMax: 4,
  };
  readonly endsAt: number;
  calls = 0;
  readonly #keysWatch: Keys;
  readonly #watchers: readonly Watcher[];
  readonly #trace: Hash = createHash('sha256');
  readonly #running = new Set<Running>();
  readonly #jumps: { readonly from: number; to: number }[] = [];
  #comparisons = 0;

  constructor(seed: number, days: number) {
    this.generator = new SeededGenerator(seed, 'actors');
    this.endsAt = startOfWorlds + days * 86_400;
    this.store = new WorldStore(this.scheduler, new SeededGenerator(seed, 'store'));
    this.processes = Array.from({ length: processCount }, (_, index) =>
      this.#newProcess(seed, `server-${index}`),
    );
    const vault = createVault(this.keys, nodePlatform);
    const { base } = this.store;
    const records = new Records(this.ledger, base, vault);
    const auditLog = new AuditLog(base, vault);
    this.#keysWatch = new Keys(base);
    this.post = new PostOffice(vault, () => this.now(), this.wasSane);
    this.#watchers = [
      new AcceptedCodes(this.ledger),
      new Grants(this.ledger),
      new Recoveries(this.ledger, this.post, this.wasSane, skewSecondsMax),
      new Requirements(this.ledger, this.wasSane),
      this.#keysWatch,
      new MailedCodes(this.ledger, this.post, this.wasSane),
      new GuessCaps(this.ledger, this.wasSane, skewSecondsMax),
      records,
      auditLog,
      this.post,
    ];
    this.store.onCommitted = (change) => {
      this.#trace.update(`${this.now()} ${change.id.account} ${change.expectedVersion}\n`);
      for (const watcher of [records, auditLog, this.post, this.#keysWatch]) watcher.committed(change);
    };
    this.store.onSettled = (id) => this.post.settled(id);
    this.store.onUnknown = ({ id }, process) => {
      for (const call of this.#running)
        if (call.key === `${process} ${id.tenant}/${id.account}`) call.sawUnknown = true;
    };
  }

  now(): number {
    return this.scheduler.now();
  }

  get isOver(): boolean {
    return this.now() >= this.endsAt;
  }

  sleep(seconds: number): Promise<void> {
    return this.scheduler.sleep(seconds);
  }

  /** Some server that runs; any, where none does. */
  anyProcess(): WorldProcess {
    const alive = this.processes.filter((process) => process.alive);
    return this.generator.pick(alive.length > 0 ? alive : this.processes);
  }

  /** A clock is wrong from now on; right again when what is given back is called. */
  clockJumped(): () => void {
    const jump = { from: this.now(), to: Infinity };
    this.#jumps.push(jump);
    return () => (jump.to = this.now());
  }

  /** Whether no clock was wrong between two moments. */
  readonly wasSane = (start: number, end: number): boolean =>
    this.#jumps.every(({ from, to }) => to < start || from > end);

  /** Asks a server, and lets everybody look at what came of it. */
  async ask<Name extends CallName>(
    call: Name,
    account: string,
    request: Calls[Name]['request'],
    process: WorldProcess = this.anyProcess(),
  ): Promise<ActOf<Name>> {
    this.calls += 1;
    const key = `${process.name} ${account}`;
    const others = [...this.#running].filter((other) => other.key === key);
    const running: Running = { key, isShared: others.length > 0, sawUnknown: false };
    for (const other of others) other.isShared = true;
    this.#running.add(running);
    if (call === 'setContacts') this.post.changing(account);
    const ended = this.ledger.begin(call, account);
    const [tenant = '', id = ''] = account.split('/');
    const { answer, span } = await process.call(tenant, (tidelock) => perform(tidelock, id, call, request));
    this.#running.delete(running);
    const act = { call, account, request, answer, span } as ActOf<Name>;
    // Its own end is known now; those of others are not.
    ended();
    // Many calls are under way, and whoever made this one may not wait for it: the world itself ends.
    this.scheduler.guard(() => this.#look(act as Act, running));
    return act;
  }

  /** Keys are dropped from all rings. @throws WorldViolation where they still seal something */
  async retire(keys: readonly string[]): Promise<void> {
    await this.#keysWatch.retire(keys, this.now());
  }

  /** Everything that happened, as one hash: two runs of a seed are the same where these are. */
  traceHash(): string {
    return this.#trace.copy().digest('hex');
  }

  /** @throws WorldViolation */
  async finish(): Promise<void> {
    for (const watcher of this.#watchers) await watcher.atEnd?.();
  }

  #look(act: Act, running: Running): void {
    this.#trace.update(`${JSON.stringify([act.call, act.account, act.request, act.answer, act.span])}\n`);
    if (running.sawUnknown && !running.isShared && !act.span.isInDoubt)
      throw new WorldViolation('rule 1', 'a commit of unknown outcome was tried again', act);
    if (this.#comparisons % backupCodeCount !== 0)
      throw new WorldViolation('rule 10', 'not every hash of a set was compared', this.#comparisons);
    for (const watcher of this.#watchers) watcher.saw?.(act);
    this.ledger.note(act);
  }

  #newProcess(seed: number, name: string): WorldProcess {
    return new WorldProcess({
      name,
      scheduler: this.scheduler,
      store: this.store,
      keys: keyRing(testKeys),
      policy: this.policy,
      generator: new SeededGenerator(seed, name),
      skewSeconds: this.generator.between(-skewSecondsMax, skewSecondsMax),
      onHash: (message) => {
        if (!/^[0-9A-HJKMNP-TV-Z]{16}$/.test(message))
          throw new WorldViolation('rule 2', 'what is no backup code cost a hash', message);
      },
      onEqual: (bytes) => {
        if (bytes === hashBytes) this.#comparisons += 1;
      },
    });
  }
}
