import { pageResponse, seeOther, type Connection } from '@tidelock/web';
import { nobodysPassword, passwordLength, verifyPassword } from '../passwords.ts';
import { readUserName } from '../user-name.ts';
import { readVisitor, readVisitorForm, type DemoRooms, type Visitor } from '../visitor.ts';
import { CredentialsPage, type CredentialsError } from './credentials-page.tsx';

/** The first step of a sign-in. */
export async function showLogin(request: Request, rooms: DemoRooms): Promise<Response> {
  const visitor = await readVisitor(request, rooms);
  if (visitor.state !== 'stranger') return seeOther(rooms.pages.paths.home);
  const because = new URL(request.url).searchParams.get('because');
  const isExpired = because === 'expired';
  const error: CredentialsError | null = isExpired
    ? { field: 'name', message: 'That took too long. Sign in again, and have your app at hand.' }
    : null;
  const notice = because === 'recovered' ? recovered : null;
  return showForm(rooms, visitor, { name: '', error, notice, status: 200 });
}

/**
 * Checks the password. What comes then is the gate's: a session, or a pending one that owes the second factor.
 * SECURITY: A9, nothing but name and password is read here; a code in this form is not looked at.
 */
export async function login(
  request: Request,
  rooms: DemoRooms,
  connection: Connection | undefined,
): Promise<Response> {
  const { users, gate, pages } = rooms;
  const visitor = await readVisitor(request, rooms);
  // SECURITY: C4, C8, whoever owes a code answers the challenge or signs out, and begins nothing else.
  if (visitor.state !== 'stranger') return seeOther(pages.paths.home);
  const form = await readVisitorForm(request, visitor, rooms);
  const typed = form.text('name');
  const password = form.text('password').slice(0, passwordLength.most * 2);
  const name = readUserName(typed);
  const user = name === null ? null : users.findByKey(name.key);
  // SECURITY: B1, wrong passwords of one address are counted, before one is looked at; the right ones are given back.
  const attempt = await pages.admit(request, connection, 'signIn');
  // SECURITY: E3, an unknown name costs one hash too, and has the same answer: a stranger learns nothing.
  const isRight = await verifyPassword(password, user?.password ?? nobodysPassword);
  if (user === null || !isRight) {
    const message = 'The name or the password is not right. Try again.';
    return showForm(rooms, visitor, { name: typed, error: { field: 'password', message }, status: 403 });
  }
  await attempt.giveBack();
  const session = await gate.enter(user.id, { enrolled: user.isEnrolled, previous: visitor.token });
  if (session.state === 'full' && session.wasRecovered === true) users.rememberEnrolled(user.id, false);
  const cookie = pages.cookieOf(request).set(session.token);
  return seeOther(pages.pathAfter(session), { cookie });
}

const recovered =
  'Your old devices were removed. Sign in with your password, then set two-factor authentication up anew.';

interface ShownForm {
  readonly name: string;
  readonly error: CredentialsError | null;
  readonly notice?: string | null;
  readonly status: number;
}

function showForm({ pages }: DemoRooms, { csrf, cookie }: Visitor, shown: ShownForm): Promise<Response> {
  const { name, error, notice = null, status } = shown;
  const page = (
    <CredentialsPage
      frame={pages.frameFor(null)}
      kind="login"
      csrf={csrf}
      name={name}
      error={error}
      notice={notice}
    />
  );
  return pageResponse(page, { status, cookie });
}
