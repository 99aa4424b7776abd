import type { Channel, Delivery, DeliveryResult } from '../ports/channel.ts';

/** A channel that keeps what it is given. */
export interface RecordingChannel extends Channel {
  readonly deliveries: Delivery[];
}

/** Answers `delivered`, or whatever `answer` says of the delivery and of how many there were before it. */
export function recordingChannel(
  answer: (delivery: Delivery, before: number) => DeliveryResult | Promise<DeliveryResult> = () => ({
    outcome: 'delivered',
  }),
): RecordingChannel {
  const deliveries: Delivery[] = [];
  return {
    name: 'email',
    deliveries,
    async deliver(delivery) {
      deliveries.push(delivery);
      return answer(delivery, deliveries.length - 1);
    },
    close: async () => undefined,
  };
}
