import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { DryRun, RequirementsWish, RequirementSubject, Tidelock } from '@tidelock/engine';
import type { DefinedCommand } from '../../command-line/define-command.ts';
import { formatTable } from '../../command-line/format-table.ts';
import { formatInstant } from '../../command-line/show-instants.ts';
import { firstTenant } from '../../service/open-engine.ts';
import { withEngine } from '../../service/with-engine.ts';
import { declareRequirement, requirementsOf } from './requirement-options.ts';

const subjectsAtOnce = 500;
const lineLengthMax = 2_000;
/** More are counted, and not listed. */
const listedMax = 50;

/** `tidelock requirement dry-run FILE`: who would be locked out; nothing is changed. */
export const dryRunRequirementCommand: DefinedCommand = {
  name: 'dry-run',
  summary: 'say who would be locked out, and change nothing',
  examples: [
    'requirement dry-run users.txt --level required --grace-days 14',
    'requirement dry-run users.txt --role admin --level required --json',
    'requirement dry-run users.txt',
  ],
  declare: (command) =>
    declareRequirement(command)
      .argument('<file>', 'your users, one a line: the id, and after a tab the roles by commas')
      .option('--tenant <name>', 'whose accounts', firstTenant),
  async run({ environment }, [file], options) {
    return withEngine(environment, options['tenant'] as string, async (tidelock) => {
      const wish = requirementsOf(options, await tidelock.requirements());
      const sum = await dryRunFile(tidelock, wish, file!);
      const { checked, met, inGrace, lockedOut } = sum;
      const counts = `${checked} accounts: ${met} go on as now, ${inGrace.length} have time to enroll, ${lockedOut.length} would be locked out until they enroll.`;
      const rows = [
        ...lockedOut.map((account) => [account, 'locked out']),
        ...inGrace.map(({ account, until }) => [account, `enrolls until ${formatInstant(until)}`]),
      ];
      const more = rows.length > listedMax ? [`${rows.length - listedMax} more: --json lists all.`] : [];
      return {
        // What it tells is no fault: a script asks for the list.
        status: lockedOut.length === 0 ? 0 : 1,
        text:
          rows.length === 0
            ? counts
            : `${counts}\n${formatTable(['account', 'then'], rows.slice(0, listedMax))}`,
        remarks: more,
        json: {
          ...sum,
          inGrace: inGrace.map(({ account, until }) => ({ account, enrollBy: formatInstant(until) })),
        },
      };
    });
  },
};

async function dryRunFile(tidelock: Tidelock, wish: RequirementsWish | null, file: string): Promise<DryRun> {
  const sum = { checked: 0, met: 0, inGrace: [] as DryRun['inGrace'][number][], lockedOut: [] as string[] };
  let subjects: RequirementSubject[] = [];
  const look = async (): Promise<void> => {
    const part = await tidelock.dryRunRequirements(wish, subjects);
    subjects = [];
    sum.checked += part.checked;
    sum.met += part.met;
    sum.inGrace.push(...part.inGrace);
    sum.lockedOut.push(...part.lockedOut);
  };
  const lines = createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Infinity });
  let number = 0;
  for await (const line of lines) {
    number += 1;
    if (line.trim() === '') continue;
    if (line.length > lineLengthMax)
      throw new RangeError(`Line ${number} has more than ${lineLengthMax} characters.`);
    subjects.push(readSubject(line));
    if (subjects.length === subjectsAtOnce) await look();
  }
  await look();
  return sum;
}

function readSubject(line: string): RequirementSubject {
  const [account = '', roles = ''] = line.split('\t', 2);
  const named = roles
    .split(',')
    .map((role) => role.trim())
    .filter((role) => role !== '');
  return { account: account.trim(), roles: named };
}
