import { userInfo } from 'node:os';
import type { AdministratorCommand } from '@tidelock/engine';
import type { Command } from 'commander';
import type { Options } from '../../command-line/define-command.ts';
import { firstTenant } from '../../service/open-engine.ts';

/** Declares whose account it is. */
export function declareAccount(command: Command): Command {
  return command
    .argument('<account>', "the application's own id of the user")
    .option('--tenant <name>', 'whose account it is', firstTenant);
}

/** Declares who does it and why, which the audit log shows. */
export function declareAdministrator(command: Command): Command {
  return declareAccount(command)
    .requiredOption('--reason <text>', 'why, for the audit log')
    .option('--actor <name>', 'who does it, for the audit log (default: the user of this system)');
}

export function administratorOf(options: Options): AdministratorCommand {
  return {
    actor: (options['actor'] as string | undefined) ?? systemUser(),
    reason: options['reason'] as string,
  };
}

/** Who does it, where nobody says so. A container may run under a number that has no name. */
export function systemUser(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
