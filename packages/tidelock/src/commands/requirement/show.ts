import type { DefinedCommand } from '../../command-line/define-command.ts';
import { formatTable } from '../../command-line/format-table.ts';
import { firstTenant } from '../../service/open-engine.ts';
import { withEngine } from '../../service/with-engine.ts';
import { requirementRows } from './requirement-options.ts';

/** `tidelock requirement show`: who must have a second factor. */
export const showRequirementCommand: DefinedCommand = {
  name: 'show',
  summary: 'show who must have a second factor',
  examples: ['requirement show', 'requirement show --tenant acme --json'],
  declare: (command) => command.option('--tenant <name>', 'whose accounts', firstTenant),
  async run({ environment }, _, options) {
    return withEngine(environment, options['tenant'] as string, async (tidelock) => {
      const held = await tidelock.requirements();
      return {
        status: 0,
        text: formatTable(['who', 'level', 'grace', 'kinds'], requirementRows(held)),
        json: held,
      };
    });
  },
};
