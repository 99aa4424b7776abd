import { dirname, join } from 'node:path';
import { listen, openService, ServiceError, stopOnSignal } from 'tidelock';
import { TidelockError } from '@tidelock/engine';
import { createDemo } from './create-demo.ts';
import { openDemoDatabase } from './demo-database.ts';
import { createEventTeller } from './event-teller.ts';
import { describeStart } from './describe-start.ts';

const eventSeconds = 0.25;

async function main(): Promise<void> {
  const environment = { TIDELOCK_ISSUER: 'Tidelock Demo', ...publicUrl(process.env), ...process.env };
  const service = await openService({ environment });
  const { tidelock, settings, firstRun, notices } = service;
  const database = openDemoDatabase(join(dirname(settings.keysPath), 'demo.db'));
  const demo = createDemo({
    tidelock,
    database,
    brand: settings.issuer,
    limiter: service.limiter,
    trustProxy: settings.trustProxy,
    onFault: (error) => console.error(describeFault(error)),
  });
  const teller = await createEventTeller({
    tidelock,
    nameOf: (account) => demo.users.findById(account)?.name ?? account,
    write: (line) => console.log(line),
  });
  const server = await listen({
    fetch: (request, connection) => demo.fetch(request, connection),
    host: settings.host,
    port: settings.port,
  });
  const telling = setInterval(() => {
    teller.tell().catch((error: unknown) => console.error(describeFault(error)));
  }, eventSeconds * 1000);

  service.startCourier({
    info: () => undefined,
    warn: (fields, message) => console.warn(message, JSON.stringify(fields)),
  });
  console.log(describeStart({ url: server.url, firstRun }));
  for (const notice of notices) console.log(notice);
  stopOnSignal({
    server,
    async close() {
      clearInterval(telling);
      await teller.tell();
      await service.close();
      database.close();
    },
    logger: {
      info: (_, message) => console.log(`The demo is ${message}.`),
      warn: (_, message) => console.warn(message),
      error: (_, message) => console.error(message),
    },
  });
}

/** Where mails are sent and the port is known, their links lead to this demo. */
function publicUrl({ TIDELOCK_SMTP_URL, PORT }: NodeJS.ProcessEnv): {
  readonly TIDELOCK_PUBLIC_URL?: string;
} {
  return TIDELOCK_SMTP_URL === undefined || PORT === undefined
    ? {}
    : { TIDELOCK_PUBLIC_URL: `http://localhost:${PORT}/two-factor` };
}

/** Our own faults say what to do and hold nothing of anybody; of others only the name is told. */
function describeFault(error: unknown): string {
  if (error instanceof TidelockError || error instanceof ServiceError)
    return `${error.code}: ${error.message}`;
  return error instanceof Error
    ? `${error.name}\n${(error.stack ?? '').split('\n').slice(1).join('\n')}`
    : 'A fault';
}

try {
  await main();
} catch (error) {
  console.error(describeFault(error));
  process.exitCode = 3;
}
