import { pageResponse, seeOther } from '@tidelock/web';
import { hashPassword, passwordLength } from '../passwords.ts';
import { readUserName, userNameRule } from '../user-name.ts';
import { readVisitor, readVisitorForm, type DemoRooms, type Visitor } from '../visitor.ts';
import { CredentialsPage, type CredentialsError } from './credentials-page.tsx';

/** The form of a new account. */
export async function showRegister(request: Request, rooms: DemoRooms): Promise<Response> {
  const visitor = await readVisitor(request, rooms);
  if (visitor.state !== 'stranger') return seeOther(rooms.pages.paths.home);
  return showForm(rooms, visitor, '', null);
}

/** Makes the account and signs it in. */
export async function register(request: Request, rooms: DemoRooms): Promise<Response> {
  const { users, gate, pages } = rooms;
  const visitor = await readVisitor(request, rooms);
  if (visitor.state !== 'stranger') return seeOther(pages.paths.home);
  const form = await readVisitorForm(request, visitor, rooms);
  const typed = form.text('name');
  const password = form.text('password');
  const wanted = readUserName(typed);
  if (wanted === null) return showForm(rooms, visitor, typed, { field: 'name', message: userNameRule });
  const problem = problemOfPassword(password);
  if (problem !== null) return showForm(rooms, visitor, typed, { field: 'password', message: problem });
  const user = users.add({ ...wanted, password: await hashPassword(password) });
  if (user === null) {
    const message = 'This name is taken. Choose another, or sign in if it is yours.';
    return showForm(rooms, visitor, typed, { field: 'name', message });
  }
  const session = await gate.enter(user.id, { enrolled: false, previous: visitor.token });
  return seeOther(pages.pathAfter(session), { cookie: pages.cookieOf(request).set(session.token) });
}

function problemOfPassword(password: string): string | null {
  const length = [...password].length;
  if (length < passwordLength.least) return `A password has at least ${passwordLength.least} characters.`;
  if (length > passwordLength.most) return `A password has at most ${passwordLength.most} characters.`;
  return null;
}

function showForm(
  { pages }: DemoRooms,
  { csrf, cookie }: Visitor,
  name: string,
  error: CredentialsError | null,
): Promise<Response> {
  const page = (
    <CredentialsPage frame={pages.frameFor(null)} kind="register" csrf={csrf} name={name} error={error} />
  );
  return pageResponse(page, { status: error === null ? 200 : 422, cookie });
}
