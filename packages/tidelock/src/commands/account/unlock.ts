import type { DefinedCommand } from '../../command-line/define-command.ts';
import { withEngine } from '../../service/with-engine.ts';
import { administratorOf, declareAdministrator } from './administrator.ts';

/** `tidelock account unlock`: ends a lock and its count. */
export const unlockAccountCommand: DefinedCommand = {
  name: 'unlock',
  summary: 'end the lock of an account',
  examples: ['account unlock user-1 --reason "ticket 4711: typed the wrong codes"'],
  declare: declareAdministrator,
  async run({ environment }, [account], options) {
    const command = administratorOf(options);
    return withEngine(environment, options['tenant'] as string, async (tidelock) => {
      await tidelock.unlock(account!, command);
      return {
        status: 0,
        text: `${account} is not locked any more.`,
        json: { id: account, lockedUntil: null, actor: command.actor },
      };
    });
  },
};
