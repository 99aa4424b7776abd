import {
  createCourier,
  type Channel,
  type Courier,
  type CourierLogger,
  type RateLimiter,
} from '@tidelock/engine';
import type { EngineGround } from './open-engine.ts';

/** What carries the outbox of a service to its mail server. */
export interface MailRoom {
  start(logger: CourierLogger): void;
  /** Waits a little for what is under way; what is left is sent by the next start. */
  close(): Promise<void>;
}

export function createMailRoom(
  channel: Channel,
  { store, keys }: EngineGround,
  limiter: RateLimiter,
): MailRoom {
  let courier: Courier | null = null;
  return {
    start(logger) {
      courier ??= createCourier({ store, keys, channels: [channel], limiter, logger });
      courier.start();
    },
    async close() {
      await courier?.stop();
      await channel.close();
    },
  };
}
