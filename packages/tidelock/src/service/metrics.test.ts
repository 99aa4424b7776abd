import type { Channel, Delivery, DeliveryResult } from '@tidelock/engine';
import { expect, test } from 'vitest';
import { countDeliveries } from './count-deliveries.ts';
import { createMetrics } from './metrics.ts';

/** The value of a line of the text, by its name and labels. */
function valueOf(text: string, start: string): number | undefined {
  const line = text.split('\n').find((each) => each.startsWith(start) && '{ '.includes(each[start.length]!));
  return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ')));
}

test('the text has what Prometheus reads: the process, and what was recorded', async () => {
  const { meter, read } = createMetrics('1.2.3');
  meter.createCounter('tidelock.tests', { description: 'Tests.' }).add(2, { kind: 'one "quoted"' });
  const text = await read();
  expect(text).toContain('service_name="tidelock",service_version="1.2.3"');
  expect(text).toContain('# TYPE tidelock_tests_total counter\n');
  expect(text).toContain('tidelock_tests_total{kind="one \\"quoted\\""} 2\n');
  expect(valueOf(text, 'process_memory_usage')).toBeGreaterThan(10_000_000);
  expect(valueOf(text, 'process_cpu_time_total')).toBeGreaterThan(0);
  expect(valueOf(text, 'process_uptime')).toBeGreaterThan(0);
  const busy = valueOf(text, 'nodejs_eventloop_utilization') ?? -1;
  expect(busy >= 0 && busy <= 1).toBe(true);
  for (const line of text.trimEnd().split('\n'))
    expect(line).toMatch(/^(#.*|[a-z_]+(\{.*\})? -?[0-9.e+-]+)$/);
});

test('C15 the text names no host, no user, no path and no environment', async () => {
  const text = await createMetrics('1.2.3').read();
  expect(text).not.toMatch(/[/\\]|host|user_name|command|argv/i);
});

test('who asks often gets the text of this second, and makes no work', async () => {
  const { meter, read } = createMetrics('1.2.3');
  let looks = 0;
  meter.createObservableGauge('tidelock.looks').addCallback(() => void (looks += 1));
  const texts = await Promise.all(Array.from({ length: 50 }, () => read()));
  expect(new Set(texts).size).toBe(1);
  expect(looks).toBe(1);
});

test('messages are counted by what became of them, and handed on as they are', async () => {
  const { meter, read } = createMetrics('1.2.3');
  const results: (DeliveryResult | Error)[] = [
    { outcome: 'delivered' },
    { outcome: 'refused', reason: 'canary' },
    { outcome: 'failed', reason: 'timeout' },
    new Error('down'),
  ];
  const seen: Delivery[] = [];
  let isClosed = false;
  const channel: Channel = {
    name: 'email',
    async deliver(delivery) {
      seen.push(delivery);
      const result = results[seen.length - 1]!;
      if (result instanceof Error) throw result;
      return result;
    },
    close: async () => void (isClosed = true),
  };
  const counted = countDeliveries(channel, meter);
  const delivery = { id: '1', to: 'canary@example.org' } as unknown as Delivery;
  expect(counted.name).toBe('email');
  for (const result of results) {
    if (result instanceof Error) await expect(counted.deliver(delivery)).rejects.toBe(result);
    else expect(await counted.deliver(delivery)).toBe(result);
  }
  expect(seen.every((each) => each === delivery)).toBe(true);
  await counted.close();
  expect(isClosed).toBe(true);
  const text = await read();
  const of = (outcome: string) => `tidelock_messages_total{channel="email",outcome="${outcome}"}`;
  expect([of('delivered'), of('refused'), of('failed')].map((start) => valueOf(text, start))).toEqual([
    1, 1, 2,
  ]);
  expect(text).not.toContain('canary');
});
