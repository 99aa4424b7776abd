import type { FactorView } from '@tidelock/engine';
import { pageResponse, seeOther } from '../page-response.ts';
import { BackupCodesPage } from '../views/backup-codes-page.tsx';
import { factorOf } from './changed-factor.ts';
import type { Change, ChangeCall } from './change.ts';
import { assertSecure, readLabel } from './enroll.ts';

/** Gives a device another name. */
export function renameChange(path: string): Change {
  return {
    path,
    fields: ['factor', 'label'],
    describe(call) {
      const label = readLabel(call.form.text('label'));
      return {
        title: 'Confirm that it is you',
        sentence: `To rename “${factorOf(call).label}” to “${label}”, type a code.`,
        button: 'Rename',
      };
    },
    async carryOut(call) {
      const { rooms, session, form, proof, cookie } = call;
      const label = readLabel(form.text('label'));
      await rooms.tidelock.renameFactor(session.account, factorOf(call).id, { label, ...proofOption(proof) });
      return seeOther(`${rooms.paths.security}?done=renamed`, { cookie });
    },
  };
}

/** Removes a device; with the last one, two-factor authentication is off. */
export function revokeChange(path: string): Change {
  return {
    path,
    fields: ['factor'],
    describe(call) {
      const { label } = factorOf(call);
      const isLast = enrolledFactors(call).length === 1;
      return {
        title: isLast ? 'Turn two-factor authentication off?' : 'Remove this device?',
        sentence: `To remove “${label}”, type a code.`,
        button: isLast ? 'Remove and turn off' : 'Remove',
        warning: isLast
          ? 'It is your only device: signing in will take your password alone, and your backup codes stop working.'
          : 'Its codes stop working at once.',
      };
    },
    async carryOut(call) {
      const { rooms, session, proof, cookie } = call;
      const { tidelock, users, gate, paths } = rooms;
      const { id } = factorOf(call);
      // Forgotten before it is removed: should this process end in between, a code is still asked for, and nobody is locked out.
      const isLast = enrolledFactors(call).every((factor) => factor.id === id);
      if (isLast) await users.rememberEnrolled(session.account, false);
      let isEnrolled = true;
      try {
        ({ enrolled: isEnrolled } = await tidelock.revokeFactor(session.account, id, proofOption(proof)));
      } finally {
        await users.rememberEnrolled(session.account, isEnrolled);
      }
      await gate.endOthers(session);
      return seeOther(`${paths.security}?done=${isEnrolled ? 'removed' : 'off'}`, { cookie });
    },
  };
}

/** Makes new backup codes and shows them, this once. */
export function backupCodesChange(path: string): Change {
  return {
    path,
    fields: [],
    describe(call) {
      assertSecure(call);
      return {
        title: 'Make new backup codes?',
        sentence: 'Type a code to confirm that it is you.',
        button: 'Make new codes',
        warning: 'The codes that you have now stop working.',
      };
    },
    async carryOut(call) {
      const { rooms, session, proof, frame, name, cookie } = call;
      const { backupCodes } = await rooms.tidelock.regenerateBackupCodes(session.account, proofOption(proof));
      const page = BackupCodesPage({
        frame,
        codes: backupCodes,
        accountName: name,
        donePath: rooms.paths.security,
        notice: 'These are your new codes. The old ones no longer work.',
      });
      return pageResponse(page, { cookie });
    },
  };
}

function enrolledFactors({ account }: ChangeCall): readonly FactorView[] {
  return account.factors.filter(({ status }) => status !== 'pending');
}

function proofOption(proof: string | undefined): { readonly proof?: string } {
  return proof === undefined ? {} : { proof };
}
