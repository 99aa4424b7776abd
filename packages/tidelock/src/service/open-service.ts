import type { Meter } from '@opentelemetry/api';
import {
  scopes,
  TidelockError,
  type Channel,
  type CourierLogger,
  type Policy,
  type RateLimiter,
  type Tidelock,
} from '@tidelock/engine';
import { beginSharedStore } from './begin-shared-store.ts';
import {
  beginFirstRun,
  beginStore,
  endFirstRun,
  planFirstRun,
  resumeFirstRun,
  type FirstRun,
  type PlannedRun,
} from './first-run.ts';
import { findKeys } from './keys-file.ts';
import { countDeliveries } from './count-deliveries.ts';
import { createClockRoom } from './clock-room.ts';
import { findKeyNotices } from './key-notices.ts';
import { openKeys } from './open-key-ring.ts';
import { openMailChannel } from './mail-channel.ts';
import { createMailRoom } from './mail-room.ts';
import { findNotices } from './notices.ts';
import { firstTenant, openEngine, openExistingGround, type EngineGround } from './open-engine.ts';
import { retentionTimer, startRetention } from './retention.ts';
import { openLimiter } from './open-limiter.ts';
import { holdsData, openStore } from './open-store.ts';
import { readSettings, type Environment, type Settings } from './settings.ts';
import { describeStore, isShared } from './store-location.ts';

export interface ServiceOptions {
  /** `process.env`, or what stands for it: nothing below reads the environment. */
  readonly environment: Environment;
  /** Where relative paths begin; the working directory where left out. */
  readonly folder?: string;
  readonly policy?: Partial<Policy>;
  /** Where messages are counted; they are not where it is left out. */
  readonly meter?: Meter;
}

/** An engine on the store that the environment names. */
export interface Service {
  readonly tidelock: Tidelock;
  readonly settings: Settings;
  /** Counts across accounts, for whoever serves pages besides; mails are counted by it, too. */
  readonly limiter: RateLimiter;
  /** What was made, for printing once; null on every later start. */
  readonly firstRun: FirstRun | null;
  /** What an operator should know, in sentences without secrets. */
  readonly notices: readonly string[];
  /** Begins to send what waits in the outbox; does nothing where no mail server is set. */
  startCourier(logger: CourierLogger): void;
  /** Begins to delete old events of the audit log; does nothing where all are kept. */
  startRetention(logger: CourierLogger): void;
  /** Warns in the log as long as the clock of this machine is not known to be right. */
  startClockWatch(logger: CourierLogger): void;
  /** Stops the courier, answers what came before, then closes the store. */
  close(): Promise<void>;
}

/**
 * Reads the environment, opens the store and makes sure that keys and store belong together. Where there are neither keys
 * nor data, both are made; in every other case a store without data is refused.
 *
 * @throws ServiceError `service/…`; TidelockError `store/…`, `keys/…`
 * @example
 * const service = await openService({ environment: process.env });
 * const api = createApi({ tidelock: service.tidelock });
 */
export async function openService(options: ServiceOptions): Promise<Service> {
  const settings = readSettings(options.environment, options.folder ?? process.cwd());
  // Before anything is made or opened: a wrong setting leaves nothing behind.
  const channel = settings.mail === null ? null : countedBy(await openMailChannel(settings.mail), options);
  const planned = await planFirstRun(settings);
  if (planned !== null) return carryOut(planned, settings, options, channel);
  const ground = await openExistingGround(settings, options.policy);
  const keyNotices = await findKeyNotices(ground);
  const tidelock = await openEngine(settings, ground);
  return complete(tidelock, settings, { ground, firstRun: null, channel, keyNotices });
}

/**
 * Begins a new store for the keys that there are, or for new ones, and closes it again: what `tidelock init` does.
 *
 * @throws TidelockError `store/already-initialised`; else as {@link openService}
 */
export async function initialiseService(options: ServiceOptions): Promise<FirstRun> {
  const settings = readSettings(options.environment, options.folder ?? process.cwd());
  if (isShared(settings.store)) return beginSharedStore(settings);
  const earlier = await resumeFirstRun(settings);
  if (earlier === null && (await holdsData(settings.store)))
    throw new TidelockError('store/already-initialised', {
      detail: `${describeStore(settings.store)} is used as it is. For a new one, name another file in TIDELOCK_STORE.`,
    });
  const found = earlier === null ? await findKeys(settings) : null;
  // Another process that was a moment faster is followed.
  const planned =
    earlier ?? (await beginFirstRun(settings, found?.text ?? null)) ?? (await resumeFirstRun(settings));
  if (planned === null) throw new TidelockError('store/already-initialised');
  const service = await carryOut(planned, settings, options);
  await service.close();
  return service.firstRun;
}

async function carryOut(
  { note, keys, resumed }: PlannedRun,
  settings: Settings,
  { policy }: ServiceOptions,
  channel: Channel | null = null,
): Promise<Service & { readonly firstRun: FirstRun }> {
  const { keysPath } = settings;
  const ring = await openKeys(settings, keys);
  const store = await openStore(settings.store);
  try {
    await beginStore(store, ring);
  } catch (error) {
    await store.close();
    throw error;
  }
  const ground = { store, keys: ring, policy };
  const tidelock = await openEngine(settings, ground);
  try {
    if (note.apiKey !== null) await adopt(tidelock, note.apiKey, 'first run');
    await endFirstRun(settings, note);
  } catch (error) {
    await tidelock.close();
    throw error;
  }
  const firstRun = {
    apiKey: note.apiKey,
    keysPath: note.keys === null ? null : keysPath,
    store: describeStore(settings.store),
    resumed,
  };
  return {
    ...(await complete(tidelock, settings, { ground, firstRun, channel })),
    firstRun,
  };
}

function countedBy(channel: Channel, { meter }: ServiceOptions): Channel {
  return meter === undefined ? channel : countDeliveries(channel, meter);
}

interface Opened {
  readonly ground: EngineGround;
  readonly firstRun: FirstRun | null;
  readonly channel: Channel | null;
  readonly keyNotices?: readonly string[];
}

async function complete(
  tidelock: Tidelock,
  settings: Settings,
  { ground, firstRun, channel, keyNotices = [] }: Opened,
): Promise<Service> {
  try {
    if (settings.apiKey !== null) await adopt(tidelock, settings.apiKey, 'TIDELOCK_API_KEY');
    const notices = [...keyNotices, ...(await findNotices(settings, tidelock))];
    const limiter = await openLimiter(settings.store, ground.keys);
    const mailRoom = channel === null ? null : createMailRoom(channel, ground, limiter);
    let stopRetention: (() => Promise<void>) | null = null;
    const clockRoom = createClockRoom(ground.store, tidelock.clock);
    return {
      tidelock,
      settings,
      limiter,
      firstRun,
      notices,
      startCourier: (logger) => mailRoom?.start(logger),
      startRetention(logger) {
        const { auditLog, clock } = tidelock;
        if (settings.auditDays === null) return;
        stopRetention ??= startRetention({
          auditLog,
          clock,
          days: settings.auditDays,
          logger,
          timer: retentionTimer,
        });
      },
      startClockWatch: (logger) => clockRoom.start(logger),
      async close() {
        clockRoom.close();
        await stopRetention?.();
        await mailRoom?.close();
        // What cannot be let go of keeps no store open.
        await limiter.close().catch(() => undefined);
        await tidelock.close();
      },
    };
  } catch (error) {
    await tidelock.close();
    throw error;
  }
}

async function adopt({ directory }: Tidelock, apiKey: string, label: string): Promise<void> {
  await directory.adoptApiKey(apiKey, { tenant: firstTenant, scopes, label });
}
