import { createApi } from '@tidelock/web';
import type { Shell } from '../command-line/shell.ts';
import { listen } from '../http/listen.ts';
import { stopOnSignal } from '../http/stop-on-signal.ts';
import { createLogger } from '../log/create-logger.ts';
import { version } from '../version.ts';
import { describeFirstRun } from './describe-first-run.ts';
import { createMetrics } from './metrics.ts';
import { openService } from './open-service.ts';
import { describeStore } from './store-location.ts';

/** Opens the service and serves the HTTP API until a signal. @throws ServiceError `service/…`; TidelockError `store/…`, `keys/…` */
export async function runService({ environment, output, errors }: Shell, asJson: boolean): Promise<void> {
  const metrics = createMetrics(version);
  const service = await openService({ environment, meter: metrics.meter });
  const { tidelock, settings, firstRun, notices } = service;
  // SECURITY: rule 4, the key is for the operator and not for the log: it goes to standard error, once.
  if (firstRun !== null) errors.write(describeFirstRun(firstRun));
  const { trustProxy, host, port, store, logLevel, drainSeconds } = settings;
  const logger = createLogger({ level: logLevel, readable: output.isTTY && !asJson });
  for (const notice of notices) logger.warn({}, notice);
  const rate = settings.keyRate === null ? {} : { keyRequestsPerSecond: settings.keyRate };
  let isStopping = false;
  const api = createApi({
    ...{ tidelock, logger, trustProxy, version, ...rate },
    meter: metrics.meter,
    metrics: () => metrics.read(),
    isStopping: () => isStopping,
  });
  try {
    const server = await listen({
      fetch: (request, connection) => api.fetch(request, connection),
      host,
      port,
    });
    service.startCourier(logger);
    service.startRetention(logger);
    service.startClockWatch(logger);
    stopOnSignal({
      server,
      close: () => service.close(),
      logger,
      graceSeconds: drainSeconds,
      onStopping: () => (isStopping = true),
    });
    logger.info({ url: server.url, store: describeStore(store), version, pid: process.pid }, 'listening');
  } catch (error) {
    await service.close();
    throw error;
  }
}
