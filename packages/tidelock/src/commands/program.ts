import type { Command } from 'commander';
import {
  defineCommand,
  shapeCommand,
  type DefinedCommand,
  type Done,
} from '../command-line/define-command.ts';
import type { Shell } from '../command-line/shell.ts';
import { version } from '../version.ts';
import { eraseAccountCommand } from './account/erase.ts';
import { accountEventsCommand } from './account/events.ts';
import { exportAccountCommand } from './account/export.ts';
import { resetAccountCommand } from './account/reset.ts';
import { showAccountCommand } from './account/show.ts';
import { unlockAccountCommand } from './account/unlock.ts';
import { exportAuditCommand } from './audit/export.ts';
import { pruneAuditCommand } from './audit/prune.ts';
import { verifyAuditCommand } from './audit/verify.ts';
import { listApiKeysCommand } from './api-key/list.ts';
import { newApiKeyCommand } from './api-key/new.ts';
import { revokeApiKeyCommand } from './api-key/revoke.ts';
import { codeCommand } from './code.ts';
import { enrollCommand } from './enroll.ts';
import { importCommand } from './import.ts';
import { initCommand } from './init.ts';
import { newKeysCommand } from './keys/new.ts';
import { rotateKeysCommand } from './keys/rotate.ts';
import { keysStatusCommand } from './keys/status.ts';
import { qrCommand } from './qr.ts';
import { dryRunRequirementCommand } from './requirement/dry-run.ts';
import { setRequirementCommand } from './requirement/set.ts';
import { showRequirementCommand } from './requirement/show.ts';
import { secretCommand } from './secret.ts';
import { serveCommand } from './serve.ts';
import { copyStoreCommand } from './store/copy.ts';
import { storeRestoredCommand } from './store/restored.ts';
import { uriCommand } from './uri.ts';
import { verifyCommand } from './verify.ts';

const codes: readonly DefinedCommand[] = [
  secretCommand,
  uriCommand,
  qrCommand,
  codeCommand,
  verifyCommand,
  enrollCommand,
  importCommand,
];

const groups = [
  {
    name: 'api-key',
    summary: 'API keys of the service',
    examples: ['api-key new --label shop', 'api-key list'],
    commands: [newApiKeyCommand, listApiKeysCommand, revokeApiKeyCommand],
  },
  {
    name: 'keys',
    summary: 'master keys, which seal the secrets',
    examples: ['keys new', 'keys status', 'keys rotate'],
    commands: [newKeysCommand, keysStatusCommand, rotateKeysCommand],
  },
  {
    name: 'store',
    summary: 'bring a store back, or move it',
    examples: ['store restored', 'store copy sqlite:data/tidelock.db @postgres-url'],
    commands: [storeRestoredCommand, copyStoreCommand],
  },
  {
    name: 'requirement',
    summary: 'who must have a second factor',
    examples: ['requirement show', 'requirement set --level required --grace-days 14 --reason "roll-out"'],
    commands: [showRequirementCommand, setRequirementCommand, dryRunRequirementCommand],
  },
  {
    name: 'audit',
    summary: 'the audit log as a file, and whether it is as it was written',
    examples: ['audit export --out audit.jsonl', 'audit verify audit.jsonl'],
    commands: [exportAuditCommand, verifyAuditCommand, pruneAuditCommand],
  },
  {
    name: 'account',
    summary: "somebody's second factor",
    examples: ['account show user-1', 'account unlock user-1 --reason "ticket 4711"'],
    commands: [
      showAccountCommand,
      unlockAccountCommand,
      resetAccountCommand,
      accountEventsCommand,
      exportAccountCommand,
      eraseAccountCommand,
    ],
  },
];

/** The command `tidelock` with all that it can do; `done` gets the exit status of the command that ran. */
export function createProgram(shell: Shell, done: Done): Command {
  const program = shapeCommand(shell, {
    name: 'tidelock',
    summary: 'Two-factor authentication: secrets, codes, and the service that verifies them.',
    examples: ['enroll --issuer Acme --account user@example.com', 'verify @2fa.txt', 'serve', 'code --help'],
  }).version(version);
  for (const definition of codes) program.addCommand(defineCommand(shell, definition, done));
  program.addCommand(defineCommand(shell, initCommand, done));
  program.addCommand(serveCommand(shell));
  for (const { commands, ...shape } of groups) {
    const group = shapeCommand(shell, shape);
    for (const definition of commands) group.addCommand(defineCommand(shell, definition, done));
    program.addCommand(group);
  }
  return program;
}
