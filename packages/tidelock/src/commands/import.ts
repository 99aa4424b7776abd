import { readFile, stat } from 'node:fs/promises';
import { exportUriList, importFactors, importQrPng, type ImportResult } from '@tidelock/import';
import type { DefinedCommand } from '../command-line/define-command.ts';
import { formatTable } from '../command-line/format-table.ts';
import { readArgument } from '../command-line/read-argument.ts';
import { UsageError, type Shell } from '../command-line/shell.ts';
import { writeNewFile } from '../command-line/write-new-file.ts';
import { errnoOf } from '../service/errno.ts';

/** As much as the importers take. */
const fileBytesMax = 8 * 1024 * 1024;

/** `tidelock import`: what an authenticator app or another server exported. */
export const importCommand: DefinedCommand = {
  name: 'import',
  summary:
    'what an authenticator app or another server exported; secrets are shown only with --out or --json',
  examples: [
    'import aegis.json',
    'import aegis-encrypted.json --password @password.txt --out uris.txt',
    'import migration.png',
  ],
  declare(command) {
    command
      .argument(
        '<file>',
        'an export: Google Authenticator, Aegis, 2FAS, andOTP, Bitwarden, FreeOTP+, PSKC, Steam, URIs, or a PNG of a QR code',
      )
      .option(
        '--password <password>',
        'of an encrypted export: @FILE or -, so that it stands in no process list',
      )
      .option('--key <hex>', 'the pre-shared key of a PSKC file: @FILE or -')
      .option(
        '--out <file>',
        'write the entries as otpauth URIs, one a line, into a new file that only you can read',
      );
  },
  async run(shell, [file], options) {
    const { password, key, out } = options as { password?: string; key?: string; out?: string };
    const result = await read(await readFileWhole(file!), await readSecrets(shell, password, key));
    const remarks = result.failures.map(({ place, message }) => `Left out: ${place}: ${message}`);
    const json = {
      format: result.format,
      entries: result.entries.map(({ secret, counter, ...entry }) => ({
        ...entry,
        counter: String(counter),
        secret: secret.toBase32(),
      })),
      failures: result.failures,
    };
    const status = result.failures.length > 0 ? 1 : 0;
    if (out === undefined) return { status, text: tableOf(result), remarks, json };
    const { text, failures } = exportUriList(result.entries);
    await writeNewFile(out, text);
    remarks.push(...failures.map(({ place, message }) => `Not written: ${place}: ${message}`));
    remarks.push(`It holds the secrets: delete ${out} when they are where they belong.`);
    return {
      status: failures.length > 0 ? 1 : status,
      text: `${tableOf(result)}\nThe URIs are in ${out}.`,
      remarks,
      json,
    };
  },
};

/** SECURITY: rule 4, the table is what a person looks at, and has no secret. */
function tableOf({ format, entries }: ImportResult): string {
  const rows = entries.map(({ kind, issuer, accountName, warnings }) => [
    issuer ?? '',
    accountName,
    kind,
    warnings.join(', '),
  ]);
  const count = `${entries.length} ${entries.length === 1 ? 'entry' : 'entries'} (${format})`;
  return rows.length === 0
    ? count
    : `${formatTable(['issuer', 'account', 'kind', 'warnings'], rows)}\n${count}`;
}

/** What opens an encrypted export. */
interface Secrets {
  readonly password?: string;
  readonly key?: string;
}

async function readSecrets(
  shell: Shell,
  password: string | undefined,
  key: string | undefined,
): Promise<Secrets> {
  if (password === '-' && key === '-')
    throw new UsageError('Standard input is one: give the password or the key as @FILE.');
  return {
    ...(password === undefined ? {} : { password: await readArgument(password, shell) }),
    ...(key === undefined ? {} : { key: await readArgument(key, shell) }),
  };
}

async function readFileWhole(path: string): Promise<Buffer> {
  try {
    if ((await stat(path)).size > fileBytesMax)
      throw new UsageError(`${path} is larger than 8 MB: it is no export.`);
    return await readFile(path);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const reason = errnoOf(error) === 'ENOENT' ? 'does not exist' : `cannot be read (${errnoOf(error)})`;
    throw new UsageError(`The file ${path} ${reason}.`);
  }
}

function read(bytes: Buffer, secrets: Secrets): Promise<ImportResult> {
  const isPng = bytes.subarray(1, 4).toString('latin1') === 'PNG';
  return isPng ? importQrPng(bytes, secrets) : importFactors(bytes, secrets);
}
