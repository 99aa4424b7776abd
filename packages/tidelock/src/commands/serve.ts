import { createApi } from '@tidelock/web';
import type { Command } from 'commander';
import { shapeCommand } from '../command-line/define-command.ts';
import type { Shell } from '../command-line/shell.ts';
import { listen } from '../http/listen.ts';
import { stopOnSignal } from '../http/stop-on-signal.ts';
import { createLogger } from '../log/create-logger.ts';
import { describeFirstRun } from '../service/describe-first-run.ts';
import { openService } from '../service/open-service.ts';
import { version } from '../version.ts';

/** `tidelock serve`: the stand-alone service. It reports nothing at its end, but logs as long as it runs. */
export function serveCommand(shell: Shell): Command {
  return shapeCommand(shell, {
    name: 'serve',
    summary: 'the stand-alone service: the HTTP API, until SIGTERM or Ctrl-C',
    examples: [
      'serve',
      'serve --json',
      'serve   # with PORT, HOST, TIDELOCK_STORE, TIDELOCK_KEYS, …: see the README',
    ],
  })
    .option('--json', 'log JSON lines on a terminal, too')
    .action(async ({ json }: { json?: boolean }) => serve(shell, json === true));
}

async function serve({ environment, output, errors }: Shell, json: boolean): Promise<void> {
  const service = await openService({ environment });
  const { tidelock, settings, firstRun, notices } = service;
  // SECURITY: rule 4, the key is for the operator and not for the log: it goes to standard error, once.
  if (firstRun !== null) errors.write(describeFirstRun(firstRun));
  const logger = createLogger({ level: settings.logLevel, readable: output.isTTY && !json });
  for (const notice of notices) logger.warn({}, notice);
  const { trustProxy, host, port, storePath } = settings;
  const api = createApi({ tidelock, logger, trustProxy, version });
  try {
    const server = await listen({
      fetch: (request, connection) => api.fetch(request, connection),
      host,
      port,
    });
    stopOnSignal({ server, close: () => service.close(), logger });
    logger.info({ url: server.url, store: storePath, version, pid: process.pid }, 'listening');
  } catch (error) {
    await service.close();
    throw error;
  }
}
