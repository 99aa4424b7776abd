import type { DefinedCommand } from '../../command-line/define-command.ts';
import { withEngine } from '../../service/with-engine.ts';
import { administratorOf, declareAdministrator } from './administrator.ts';

/** `tidelock account erase`: for somebody who asks for it or has gone. */
export const eraseAccountCommand: DefinedCommand = {
  name: 'erase',
  summary: 'erase all that is kept of an account; one that is enrolled is reset first',
  examples: ['account erase user-1 --reason "ticket 4711"   # name the ticket, and not the person'],
  declare: declareAdministrator,
  async run({ environment }, [account], options) {
    const command = administratorOf(options);
    return withEngine(environment, options['tenant'] as string, async (tidelock) => {
      await tidelock.eraseUnenrolled(account!, command);
      return {
        status: 0,
        text: `All that was kept of ${account} is erased.`,
        remarks: [
          'Its id, the count of its events and their hashes stay, so that the audit log still verifies; backups are older, and have it all.',
        ],
        json: { id: account, erased: true },
      };
    });
  },
};
