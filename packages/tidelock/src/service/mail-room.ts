import { createCourier, type Channel, type Courier, type CourierLogger } from '@tidelock/engine';
import type { EngineGround } from './open-engine.ts';

/** What carries the outbox of a service to its mail server. */
export interface MailRoom {
  start(logger: CourierLogger): void;
  /** Waits a little for what is under way; what is left is sent by the next start. */
  close(): Promise<void>;
}

export function createMailRoom(channel: Channel, { store, keys }: EngineGround): MailRoom {
  let courier: Courier | null = null;
  return {
    start(logger) {
      courier ??= createCourier({ store, keys, channels: [channel], logger });
      courier.start();
    },
    async close() {
      await courier?.stop();
      await channel.close();
    },
  };
}
