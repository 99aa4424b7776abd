import { CommanderError } from 'commander';
import type { DefinedCommand } from '../../command-line/define-command.ts';
import { formatTable } from '../../command-line/format-table.ts';
import { firstTenant } from '../../service/open-engine.ts';
import { withEngine } from '../../service/with-engine.ts';
import { administratorOf } from '../account/administrator.ts';
import { declareRequirement, requirementRows, requirementsOf } from './requirement-options.ts';

/** `tidelock requirement set`: an operator's act, who holds the keys; an administrator's needs a proof, by the API. */
export const setRequirementCommand: DefinedCommand = {
  name: 'set',
  summary: 'say who must have a second factor; running services follow within a second',
  examples: [
    'requirement set --level required --grace-days 14 --reason "roll-out"',
    'requirement set --role admin --level required --reason "roll-out"',
    'requirement set --level optional --reason "rolled back"',
  ],
  declare: (command) =>
    declareRequirement(command)
      .requiredOption('--reason <text>', 'why, for the audit log')
      .option('--actor <name>', 'who does it, for the audit log (default: the user of this system)')
      .option('--tenant <name>', 'whose accounts', firstTenant),
  async run({ environment }, _, options) {
    const { actor, reason } = administratorOf(options);
    return withEngine(environment, options['tenant'] as string, async (tidelock) => {
      const wish = requirementsOf(options, await tidelock.requirements());
      if (wish === null)
        throw new CommanderError(
          2,
          'tidelock.level',
          "error: required option '--level <word>' not specified",
        );
      const held = await tidelock.setRequirements(wish, { operator: actor, reason });
      return {
        status: 0,
        text: formatTable(['who', 'level', 'grace', 'kinds'], requirementRows(held)),
        remarks: ['People who have no factor yet are asked for one at their next sign-in.'],
        json: held,
      };
    });
  },
};
