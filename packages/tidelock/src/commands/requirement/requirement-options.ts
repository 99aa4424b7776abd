import type {
  FactorKind,
  Requirement,
  Requirements,
  RequirementsWish,
  RequirementWish,
} from '@tidelock/engine';
import { InvalidArgumentError, type Command } from 'commander';
import type { Options } from '../../command-line/define-command.ts';

/** Declares a requirement, for everyone or for a role. */
export function declareRequirement(command: Command): Command {
  return command
    .option('--level <word>', '"optional" or "required"')
    .option('--grace-days <number>', 'time to enroll, from the first sign-in on; never renewed', readDays)
    .option('--kinds <names>', 'which kinds of factor count, by commas (default: all)', readKinds)
    .option('--role <name>', 'only for those with this role of the application');
}

/** What the options say, put into what holds already; null where they say nothing. */
export function requirementsOf(options: Options, { everyone, roles }: Requirements): RequirementsWish | null {
  const { level, graceDays, kinds, role } = options as {
    level?: Requirement['level'];
    graceDays?: number;
    kinds?: readonly FactorKind[];
    role?: string;
  };
  if (level === undefined) return null;
  const wish: RequirementWish = {
    level,
    ...(graceDays === undefined ? {} : { graceDays }),
    ...(kinds === undefined ? {} : { kinds }),
  };
  return role === undefined ? { everyone: wish, roles } : { everyone, roles: { ...roles, [role]: wish } };
}

/** Requirements as lines of a table. */
export function requirementRows({ everyone, roles }: Requirements): string[][] {
  const named = Object.entries(roles).map(([role, held]) => rowOf(`role ${role}`, held));
  return [rowOf('everyone', everyone), ...named];
}

function rowOf(who: string, { level, graceDays, kinds }: Requirement): string[] {
  return level === 'optional' ? [who, level, '', ''] : [who, level, `${graceDays} days`, kinds.join(',')];
}

function readDays(text: string): number {
  if (!/^\d{1,2}$/.test(text)) throw new InvalidArgumentError('It is a whole number from 0 to 90.');
  return Number(text);
}

function readKinds(text: string): readonly string[] {
  return text.split(',').map((name) => name.trim());
}
