import { existsSync } from 'node:fs';
import type { AuditScope, Tidelock } from '@tidelock/engine';
import type { DefinedCommand } from '../../command-line/define-command.ts';
import type { Report, Shell } from '../../command-line/shell.ts';
import { isThere, writeNewFile } from '../../command-line/write-new-file.ts';
import { firstTenant } from '../../service/open-engine.ts';
import { withEngine } from '../../service/with-engine.ts';

/** So much is written at once. */
const chunkLength = 64 * 1024;

/** `tidelock audit export`: the log as a file that can be verified without the store. */
export const exportAuditCommand: DefinedCommand = {
  name: 'export',
  summary: 'the audit log as JSON lines that end with a signed head',
  examples: [
    'audit export --out audit-2026-11.jsonl',
    'audit export --account user-1 > user-1.jsonl   # on standard output without --out',
  ],
  declare: (command) =>
    command
      .option('--tenant <name>', "one tenant's alone (default: all, or the first where an account is named)")
      .option('--account <id>', "one account's alone")
      .option('--out <file>', 'write it there, for its owner alone; never over another file'),
  async run(shell, _args, options) {
    const { tenant, account, out } = options as { tenant?: string; account?: string; out?: string };
    const scope = scopeOf(tenant, account);
    if (out !== undefined && existsSync(out)) throw isThere(out);
    return withEngine(shell.environment, tenant ?? firstTenant, async (tidelock) =>
      out === undefined ? print(tidelock, scope, shell) : write(tidelock, scope, out),
    );
  },
};

function scopeOf(tenant: string | undefined, account: string | undefined): AuditScope {
  if (account !== undefined) return { tenant: tenant ?? firstTenant, account };
  return tenant === undefined ? {} : { tenant };
}

async function write({ auditLog }: Tidelock, scope: AuditScope, out: string): Promise<Report> {
  let last = '';
  await writeNewFile(out, () =>
    chunksOf(auditLog.export(scope), (line) => {
      last = line;
    }),
  );
  const { accounts, events } = JSON.parse(last) as { accounts: number; events: number };
  return {
    status: 0,
    text: `${events} events of ${accounts} accounts are in ${out}.`,
    remarks: [`It is verified with "tidelock audit verify ${out}", by the keys and without the store.`],
    json: { file: out, accounts, events },
  };
}

async function print({ auditLog }: Tidelock, scope: AuditScope, { output }: Shell): Promise<Report> {
  for await (const chunk of chunksOf(auditLog.export(scope))) {
    if (!output.write(chunk))
      await new Promise<void>((resolve) => {
        output.once('drain', () => resolve());
      });
  }
  return { status: 0, text: '', json: null };
}

async function* chunksOf(
  lines: AsyncIterable<string>,
  see: (line: string) => void = () => undefined,
): AsyncGenerator<string> {
  let chunk = '';
  for await (const line of lines) {
    see(line);
    chunk += `${line}\n`;
    if (chunk.length < chunkLength) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
}
