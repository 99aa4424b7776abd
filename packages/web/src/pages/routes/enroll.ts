import { normaliseLabel, type FactorView } from '@tidelock/engine';
import { KeyUri } from '@tidelock/otp';
import { isSecure } from '../../api/transport.ts';
import type { PageCall } from '../page-rooms.ts';
import { PageRefusal } from '../page-refusal.ts';
import { pageResponse } from '../page-response.ts';
import { EnrollmentPage } from '../views/enrollment-page.tsx';
import { factorOf } from './changed-factor.ts';
import type { Change, ChangeCall } from './change.ts';

/** Begins an enrollment and shows its secret, this once. */
export function enrollChange(path: string): Change {
  return {
    path,
    fields: ['label', 'replaces'],
    describe(call) {
      assertSecure(call);
      const label = readLabel(call.form.text('label'));
      const replaced = replacedBy(call);
      return {
        title: 'Confirm that it is you',
        sentence:
          replaced === null
            ? `To add “${label}”, type a code of a device that you have already.`
            : `To put “${label}” in the place of “${replaced.label}”, type a code of a device that you have already.`,
        button: 'Confirm',
      };
    },
    async carryOut(call) {
      const { rooms, session, form, name, proof, frame, csrf, cookie } = call;
      const label = readLabel(form.text('label'));
      // An otpauth URI takes no colon in a name: apps would cut it there.
      const accountName = name.replaceAll(':', '-');
      const replaced = replacedBy(call);
      const { factor, secret, uri, qr, emailCode } = await rooms.tidelock.totp.enroll(session.account, {
        accountName,
        label,
        ...(replaced === null ? {} : { replaces: replaced.id }),
        ...(proof === undefined ? {} : { proof }),
      });
      const page = EnrollmentPage({
        frame,
        csrf,
        label,
        factorId: factor.id,
        activatePath: rooms.paths.activate,
        enrollPath: rooms.paths.enroll,
        backPath: rooms.paths.security,
        enrollment: { factorId: factor.id, secret, uri, qr, accountName, kind: kindOf(uri) },
        error: null,
        isFirstDevice: proof === undefined,
        replaces: replaced?.id ?? null,
        isMailed: emailCode !== undefined,
        offersCommand: rooms.offersCommand,
      });
      return pageResponse(page, { cookie });
    },
  };
}

/** The device that the new one takes the place of; null where it comes beside the others. @throws PageRefusal 404 */
function replacedBy(call: ChangeCall): FactorView | null {
  return call.form.text('replaces') === '' ? null : factorOf(call, 'replaces');
}

/** SECURITY: S02, a secret goes out by https, or stays on this machine. @throws PageRefusal 403 */
export function assertSecure({ request, connection, rooms }: PageCall): void {
  if (isSecure(request, connection, rooms.trustProxy)) return;
  throw new PageRefusal(403, {
    title: 'This needs a secure connection',
    detail:
      'A secret key is not sent over plain http. Open this site by https, or on the machine that it runs on by http://localhost.',
  });
}

/** @throws PageRefusal 400 */
export function readLabel(text: string): string {
  try {
    return normaliseLabel(text.trim());
  } catch {
    throw new PageRefusal(400, {
      title: 'That name does not work',
      detail: 'Give the device a name of 1 to 64 characters. Go back and try again.',
    });
  }
}

/** What an app asks for when the key is typed by hand. */
function kindOf(uri: string): string {
  const { digits, periodSeconds, algorithm } = KeyUri.parse(uri);
  const kind = `Time-based, ${digits} digits, ${periodSeconds ?? 30} seconds`;
  return algorithm === 'SHA1' ? kind : `${kind}, ${algorithm}`;
}
