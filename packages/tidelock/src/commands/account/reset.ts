import type { DefinedCommand } from '../../command-line/define-command.ts';
import { formatInstant, showInstants } from '../../command-line/show-instants.ts';
import { withEngine } from '../../service/with-engine.ts';
import { administratorOf, declareAdministrator } from './administrator.ts';

/** `tidelock account reset`: for somebody who has lost every factor. It has a waiting time in which the owner can say no (F4). */
export const resetAccountCommand: DefinedCommand = {
  name: 'reset',
  summary: 'begin the reset of an account; --confirm removes its factors after the waiting time',
  examples: [
    'account reset user-1 --reason "ticket 4711: lost phone and backup codes"',
    'account reset user-1 --reason "ticket 4711" --confirm',
  ],
  declare: (command) =>
    declareAdministrator(command).option('--confirm', 'carry out the reset whose waiting time is over'),
  async run({ environment }, [account], options) {
    const command = administratorOf(options);
    return withEngine(environment, options['tenant'] as string, async (tidelock) => {
      if (options['confirm'] === true) {
        await tidelock.completeReset(account!, command);
        return {
          status: 0,
          text: `${account} has no second factor any more, and can enroll anew.`,
          json: { id: account, recovery: null },
        };
      }
      const recovery = await tidelock.reset(account!, command);
      return {
        status: 0,
        text: `The reset of ${account} was begun by ${recovery.actor ?? 'the owner'}. Nothing is removed yet.`,
        remarks: [
          `After ${formatInstant(recovery.readyAt)} the same command with --confirm removes the factors; the owner may cancel it until then.`,
        ],
        json: { id: account, recovery: showInstants(recovery) },
      };
    });
  },
};
