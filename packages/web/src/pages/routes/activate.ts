import type { EnrollingSession } from '../../gates/gate-session.ts';
import { readForm } from '../form.ts';
import { pageResponse, seeOther } from '../page-response.ts';
import { rolesOption, signedInCall, type SignedInCall } from '../page-rooms.ts';
import { BackupCodesPage } from '../views/backup-codes-page.tsx';
import { EnrollmentPage } from '../views/enrollment-page.tsx';
import { explainRefusal, type RefusalWords } from '../words/refusal-words.ts';
import { assertSecure } from './enroll.ts';
import { refusalPlace, statusOfRefusal } from './refusal-place.ts';

const setupIsGone: RefusalWords = {
  atField: 'This setup has run out.',
  message: 'This setup has run out. Begin again with a new QR code.',
};

/** Proves a new factor by its first code; with the first factor of an account come its backup codes, shown this once. */
export async function activateFactor(call: SignedInCall): Promise<Response> {
  const { request, connection, rooms, session } = call;
  const { tidelock, users, gate, paths, trustProxy } = rooms;
  const form = await readForm(request, { connection, trustProxy, sessionToken: session.token });
  assertSecure(call);
  const factorId = form.text('factor').slice(0, 100);
  const before = await tidelock.account(session.account);
  // A reload of the page that followed: it was done, and its codes are not shown again.
  if (before.factors.some(({ id, status }) => id === factorId && status === 'active'))
    return seeOther(paths.security);
  const code = form.has('code') ? form.text('code') : undefined;
  const emailCode = form.has('emailCode') ? { emailCode: form.text('emailCode') } : {};
  const activation = await tidelock.activate(session.account, { factorId, code, ...emailCode });
  if (activation.outcome !== 'accepted') {
    const isGone = activation.outcome === 'rejected' && activation.reason === 'expired';
    const error = isGone
      ? setupIsGone
      : explainRefusal(activation, {
          ...(await refusalPlace(rooms, session.account, 'app')),
          takesBackupCode: false,
        });
    const isFirstDevice = before.factors.every((factor) => factor.status === 'pending');
    return showAgain(call, {
      isFirstDevice,
      factorId,
      label: form.text('label'),
      replaces: form.text('replaces') || null,
      isMailed: form.has('emailCode'),
      error,
      status: statusOfRefusal(activation),
    });
  }
  await users.rememberEnrolled(session.account, true);
  if (session.state === 'enrolling')
    return showCodesBeforeChallenge(call, session, activation.backupCodes ?? []);
  // SECURITY: C20, C21: whoever was signed in elsewhere by the password alone is out, and this session has a new id.
  const rotated = (await gate.rotate(session)) ?? session;
  await gate.endOthers(rotated);
  const proved = signedInCall(call, { session: rotated, name: call.name, isNewId: true });
  if (activation.backupCodes === undefined)
    return seeOther(`${paths.security}?done=${form.text('replaces') === '' ? 'added' : 'replaced'}`, {
      cookie: proved.cookie,
    });
  const page = BackupCodesPage({
    frame: proved.frame,
    codes: activation.backupCodes,
    accountName: call.name,
    donePath: paths.security,
    notice: 'Two-factor authentication is on.',
  });
  return pageResponse(page, { cookie: proved.cookie });
}

/** It was required before the first sign-in: the codes are shown, and then a code of the new device is asked for. */
async function showCodesBeforeChallenge(
  call: SignedInCall,
  session: EnrollingSession,
  codes: readonly string[],
): Promise<Response> {
  const { rooms, name, frame } = call;
  // SECURITY: C20, whoever was signed in elsewhere by the password alone is out.
  await rooms.gate.endOthers(session);
  const pending = await rooms.gate.challengeEnrolled(session, await rolesOption(rooms, session.account));
  const cookie =
    pending === null || pending === 'ended' ? undefined : rooms.cookieOf(call.request).set(pending.token);
  const page = BackupCodesPage({
    frame: { ...frame, signedIn: null },
    codes,
    accountName: name,
    donePath: rooms.paths.challenge,
    notice: 'Two-factor authentication is on. To sign in, you will be asked for the next code of your app.',
  });
  return pageResponse(page, { cookie });
}

interface ShownAgain {
  readonly isFirstDevice: boolean;
  readonly factorId: string;
  readonly label: string;
  readonly replaces: string | null;
  readonly isMailed: boolean;
  readonly error: RefusalWords;
  readonly status: number;
}

function showAgain(call: SignedInCall, { status, ...shown }: ShownAgain): Promise<Response> {
  const { rooms, frame, csrf } = call;
  const { paths } = rooms;
  const page = EnrollmentPage({
    frame,
    csrf,
    ...shown,
    activatePath: paths.activate,
    enrollPath: paths.enroll,
    backPath: paths.security,
    enrollment: null,
    offersCommand: false,
  });
  return pageResponse(page, { status });
}
