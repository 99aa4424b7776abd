import type { AccountView, Locked, Rejected } from '@tidelock/engine';
import { readForm, type Form } from '../form.ts';
import { pageResponse } from '../page-response.ts';
import { signedInCall, type SignedInCall } from '../page-rooms.ts';
import { StepUpPage, type ActWords } from '../views/step-up-page.tsx';
import { explainRefusal, type CodeKind } from '../words/refusal-words.ts';
import { refusalPlace, statusOfRefusal } from './refusal-place.ts';

/** What a change works with: the call, its form, and the proof where the account is enrolled. */
export interface ChangeCall extends SignedInCall {
  readonly form: Form;
  readonly account: AccountView;
  readonly proof: string | undefined;
}

/** A change of somebody's own second factor. */
export interface Change {
  readonly path: string;
  /** The fields that it needs, carried through the page that asks for a code. */
  readonly fields: readonly string[];
  /** What the code is asked for. Thrown here is what would be refused anyway, before anybody types a code. @throws PageRefusal */
  describe(call: ChangeCall): ActWords;
  carryOut(call: ChangeCall): Promise<Response>;
}

/**
 * Carries a change out: at once where nobody is enrolled, and else with a fresh code, which is asked for by a page of its own.
 * SECURITY: rule 7, C11, C21: the proof of that code is spent by this very change, and the session gets a new id with it.
 */
export async function serveChange(call: SignedInCall, change: Change): Promise<Response> {
  const { request, connection, rooms, session } = call;
  const { trustProxy, tidelock } = rooms;
  const form = await readForm(request, { connection, trustProxy, sessionToken: session.token });
  const account = await tidelock.account(session.account);
  const asked: ChangeCall = { ...call, form, account, proof: undefined };
  const words = change.describe(asked);
  const isEnrolled = account.factors.some(({ status }) => status !== 'pending');
  if (!isEnrolled) return change.carryOut(asked);
  if (!form.has('ticket') || form.has('switch')) return askForCode(asked, change, words, null);
  const verdict = await tidelock.verify(session.account, {
    code: form.has('code') ? form.text('code') : undefined,
    ticket: form.text('ticket').slice(0, 100),
  });
  if (verdict.outcome !== 'accepted') return askForCode(asked, change, words, verdict);
  const rotated = await rooms.gate.rotate(session);
  // Somebody ended this session meanwhile: the code is spent, and nothing was changed.
  if (rotated === null) return askForCode(asked, change, words, null);
  const proved = signedInCall(call, { session: rotated, name: call.name, isNewId: true });
  return change.carryOut({ ...proved, form, account, proof: verdict.proof });
}

async function askForCode(
  call: ChangeCall,
  change: Change,
  words: ActWords,
  refusal: Rejected | Locked | null,
): Promise<Response> {
  const { form, rooms, session, frame, csrf } = call;
  const kind = kindOf(form);
  const isExpired = refusal?.outcome === 'rejected' && refusal.reason === 'expired';
  const ticket = form.has('ticket') && !isExpired ? form.text('ticket') : await openTicket(call);
  const error =
    refusal === null ? null : explainRefusal(refusal, await refusalPlace(rooms, session.account, kind));
  const kept = Object.fromEntries(change.fields.map((name) => [name, form.text(name)]));
  const page = StepUpPage({
    frame,
    path: change.path,
    backPath: rooms.paths.security,
    csrf,
    words,
    kind,
    error,
    fields: { ...kept, ticket },
  });
  return pageResponse(page, { status: refusal === null ? 200 : statusOfRefusal(refusal) });
}

async function openTicket({ rooms, session }: ChangeCall): Promise<string> {
  const challenge = await rooms.tidelock.challenge(session.account, {
    purpose: 'manage',
    expected: 'enrolled',
  });
  return challenge.required ? challenge.ticket : '';
}

/** Which field is shown: what was asked for by "Use a backup code", or what was shown before. */
function kindOf(form: Form): CodeKind {
  const wanted = form.has('switch') ? form.text('switch') : form.text('kind');
  return wanted === 'backup' ? 'backup' : 'app';
}
