import { verifyLog, type Finding, type KeyRing, type LogEnds, type LogReport } from '@tidelock/engine';
import type { DefinedCommand } from '../../command-line/define-command.ts';
import { readLines } from '../../command-line/read-lines.ts';
import type { Report } from '../../command-line/shell.ts';
import { formatInstant } from '../../command-line/show-instants.ts';
import { ServiceError } from '../../service-error.ts';
import { findKeys } from '../../service/keys-file.ts';
import { openKeys } from '../../service/open-key-ring.ts';
import { readSettings, type Environment } from '../../service/settings.ts';

/** `tidelock audit verify`: whether an exported log is as it was written; it asks for the keys, and not for the store. */
export const verifyAuditCommand: DefinedCommand = {
  name: 'verify',
  summary: 'whether an exported audit log is as it was written; needs the keys, and no store',
  examples: [
    'audit verify audit-2026-11.jsonl',
    'audit verify audit-2026-11.jsonl --continues audit-2026-10.jsonl   # nothing of the older one is missing',
  ],
  declare: (command) =>
    command
      .argument('<file>', 'what "tidelock audit export" wrote')
      .option('--continues <file>', 'an older export of the same log, which this one must go on from'),
  async run({ environment }, [file], options) {
    const keys = await readKeys(environment);
    const older = options['continues'] as string | undefined;
    if (older === undefined) return reportOf(file!, (await verifyLog(readLines(file!), { keys })).report);
    const { report, ends } = await verifyLog(readLines(older), { keys, collectEnds: true });
    // What cannot be trusted itself proves nothing of another.
    if (report.outcome !== 'verified') return reportOf(older, report);
    return reportOf(file!, (await verifyNewer(file!, keys, ends)).report);
  },
};

function verifyNewer(file: string, keys: KeyRing, continues: LogEnds) {
  return verifyLog(readLines(file), { keys, continues });
}

async function readKeys(environment: Environment): Promise<KeyRing> {
  const settings = readSettings(environment, process.cwd());
  const found = await findKeys(settings);
  if (found === null)
    throw new ServiceError(
      'service/keys-missing',
      `Set TIDELOCK_KEYS, or bring ${settings.keysPath} back: one of the keys that the store knew at the time of the export is enough.`,
    );
  return openKeys(settings, found.text);
}

function reportOf(file: string, report: LogReport): Report {
  const { outcome, signature, findings, findingsLeftOut, accounts, events, erased, at } = report;
  const json = { file, ...report, at: at === null ? null : formatInstant(at) };
  const what = `${events} events of ${accounts} accounts`;
  if (outcome === 'verified')
    return {
      status: 0,
      text: `${file} is as it was exported at ${formatInstant(at!)}: ${what}, ${erased} of them erased.`,
      json,
    };
  const lines = findings.map(describe);
  if (findingsLeftOut > 0) lines.push(`and ${findingsLeftOut} more`);
  const verdict =
    signature === 'right'
      ? 'The file itself is as it was exported: what is wrong was wrong in the store.'
      : 'The file is not as it was exported.';
  return { status: 1, text: [`${file} is not verified (${what}).`, ...lines, verdict].join('\n'), json };
}

function describe({ line, tenant, account, sequence, what }: Finding): string {
  const whose = account === null ? '' : `, account ${quote(account)} of tenant ${quote(tenant ?? '')}`;
  const which = sequence === null ? '' : `, event ${sequence}`;
  return `line ${line}${whose}${which}: ${what}`;
}

/** A name may have been chosen to look like something else on a terminal: what turns the direction of text is shown as a number. */
function quote(name: string): string {
  return JSON.stringify(name).replaceAll(
    /\p{Cf}/gu,
    (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`,
  );
}
