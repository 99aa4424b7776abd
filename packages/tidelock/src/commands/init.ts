import type { DefinedCommand } from '../command-line/define-command.ts';
import { describeFirstRun } from '../service/describe-first-run.ts';
import { initialiseService } from '../service/open-service.ts';

/** `tidelock init`: the only way to an empty store where there are keys. */
export const initCommand: DefinedCommand = {
  name: 'init',
  summary: 'begin a new store for these keys, or for new ones, with a first API key',
  examples: [
    'init',
    'init --json',
    'init   # with TIDELOCK_STORE, TIDELOCK_KEYS, TIDELOCK_API_KEY as for serve',
  ],
  declare: () => undefined,
  async run({ environment }) {
    const firstRun = await initialiseService({ environment });
    const { apiKey, keysPath, store, resumed } = firstRun;
    return {
      status: 0,
      text: describeFirstRun(firstRun).trimEnd(),
      json: { store, keysFile: keysPath, apiKey, resumed },
    };
  },
};
