import { existsSync } from 'node:fs';
import type { PersonExport } from '@tidelock/engine';
import type { DefinedCommand } from '../../command-line/define-command.ts';
import { showInstants } from '../../command-line/show-instants.ts';
import { isThere, writeNewFile } from '../../command-line/write-new-file.ts';
import { withEngine } from '../../service/with-engine.ts';
import { declareAccount } from './administrator.ts';

/** `tidelock account export`: what somebody has a right to see. */
export const exportAccountCommand: DefinedCommand = {
  name: 'export',
  summary: 'everything that is kept of one person, as one JSON document; no secret is in it',
  examples: ['account export user-1 --out user-1.json', 'account export user-1 --tenant acme'],
  declare: (command) =>
    declareAccount(command).option(
      '--out <file>',
      'write it there, for its owner alone; never over another file',
    ),
  async run({ environment }, [account], options) {
    const { tenant, out } = options as { tenant: string; out?: string };
    if (out !== undefined && existsSync(out)) throw isThere(out);
    return withEngine(environment, tenant, async (tidelock) => {
      const person = showPerson(await tidelock.exportAccount(account!));
      const text = JSON.stringify(person, null, 2);
      if (out === undefined) return { status: 0, text, json: person };
      await writeNewFile(out, `${text}\n`);
      return {
        status: 0,
        text: `All that is kept of ${account} is in ${out}.`,
        json: { id: account, file: out },
      };
    });
  },
};

function showPerson(person: PersonExport): object {
  const { account, recovery, trustedBrowsers, waitingMessages, events } = person;
  return {
    ...person,
    account: { ...showInstants(account), factors: account.factors.map(showInstants) },
    recovery: recovery === null ? null : showInstants(recovery),
    trustedBrowsers: trustedBrowsers.map(showInstants),
    waitingMessages: waitingMessages.map(showInstants),
    events: events.map(showInstants),
  };
}
