import { performance } from 'node:perf_hooks';
import type { Meter } from '@opentelemetry/api';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider } from '@opentelemetry/sdk-metrics';

/** What a process counts, and the text that it shows of it. */
export interface Metrics {
  readonly meter: Meter;
  /** In the text format of Prometheus. Made once a second at most: whoever asks more often gets the same text. */
  read(): Promise<string>;
}

const rememberMilliseconds = 1000;
const isWithoutTimestamps = false;
const isWithoutTarget = false;
const isWithoutScope = true;

/** Metrics of this process, beginning with its memory, its time of CPU, and how busy its event loop is. */
export function createMetrics(version: string): Metrics {
  // The exporter is the reader alone: its text is served with everything else, on the port of the API.
  const reader = new PrometheusExporter({ preventServerStart: true });
  const serializer = new PrometheusSerializer(
    undefined,
    isWithoutTimestamps,
    undefined,
    isWithoutTarget,
    isWithoutScope,
  );
  const resource = resourceFromAttributes({ 'service.name': 'tidelock', 'service.version': version });
  const meter = new MeterProvider({ resource, readers: [reader] }).getMeter('tidelock');
  observeProcess(meter);
  let last: { readonly at: number; readonly text: Promise<string> } | null = null;
  return {
    meter,
    read() {
      const at = performance.now();
      if (last === null || at - last.at >= rememberMilliseconds) {
        const text = reader.collect().then(({ resourceMetrics }) => serializer.serialize(resourceMetrics));
        last = { at, text };
      }
      return last.text;
    },
  };
}

/** The names are those of OpenTelemetry's conventions for processes and for Node.js. */
function observeProcess(meter: Meter): void {
  meter
    .createObservableUpDownCounter('process.memory.usage', {
      description: 'Memory of the process that is in use, its resident set.',
      unit: 'By',
    })
    .addCallback((result) => result.observe(process.memoryUsage.rss()));
  meter
    .createObservableCounter('process.cpu.time', { description: 'Time of CPU, all threads.', unit: 's' })
    .addCallback((result) => {
      const { user, system } = process.cpuUsage();
      result.observe(user / 1e6, { 'cpu.mode': 'user' });
      result.observe(system / 1e6, { 'cpu.mode': 'system' });
    });
  meter
    .createObservableGauge('process.uptime', { description: 'How long the process has run.', unit: 's' })
    .addCallback((result) => result.observe(process.uptime()));
  let before = performance.eventLoopUtilization();
  meter
    .createObservableGauge('nodejs.eventloop.utilization', {
      description: 'The part of the time since the last look in which the event loop was busy, 0 to 1.',
      unit: '1',
    })
    .addCallback((result) => {
      const now = performance.eventLoopUtilization();
      result.observe(performance.eventLoopUtilization(now, before).utilization);
      before = now;
    });
}
