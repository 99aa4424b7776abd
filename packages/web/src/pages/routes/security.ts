import { pageResponse, seeOther } from '../page-response.ts';
import type { SignedInCall } from '../page-rooms.ts';
import { SecurityPage } from '../views/security-page.tsx';
import { tellActivity } from '../words/activity-words.ts';

/** How much of the log is read and shown: steps that say nothing to the owner are left out between the two. */
const eventsRead = 50;
const eventsShown = 12;

/** What a page says after a change; the address names it by its key, so that nobody can put words there. */
const notices: { readonly [done: string]: string } = {
  added: 'The device was added. Your other sessions were signed out.',
  replaced: 'The new device took the place of the old one. Your other sessions were signed out.',
  renamed: 'The device has its new name.',
  removed: 'The device was removed. Your other sessions were signed out.',
  off: 'Two-factor authentication is off. Your other sessions were signed out.',
};

export async function showSecurity(call: SignedInCall): Promise<Response> {
  const { request, rooms, session, frame, csrf } = call;
  const { tidelock, paths } = rooms;
  const account = await tidelock.account(session.account);
  // SECURITY: C8, set up by somebody in this very moment: it is shown to nobody who has not shown a code.
  if (session.state === 'enrolling' && account.factors.some(({ status }) => status !== 'pending'))
    return seeOther(paths.challenge);
  const { items } = await tidelock.events(session.account, { limit: eventsRead });
  const activity = tellActivity(items, account.factors).slice(0, eventsShown);
  const done = new URL(request.url).searchParams.get('done');
  const notice = done !== null && Object.hasOwn(notices, done) ? notices[done]! : null;
  const isRequired = session.state === 'enrolling';
  return pageResponse(SecurityPage({ frame, paths, csrf, account, activity, notice, isRequired }));
}
