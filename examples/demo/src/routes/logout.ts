import { seeOther } from '@tidelock/web';
import { readVisitor, readVisitorForm, type DemoRooms } from '../visitor.ts';

/** Ends the session, a pending one too. */
export async function logout(request: Request, rooms: DemoRooms): Promise<Response> {
  const { gate, pages } = rooms;
  const visitor = await readVisitor(request, rooms);
  await readVisitorForm(request, visitor, rooms);
  await gate.leave(visitor.token);
  return seeOther(pages.paths.home, { cookie: pages.cookieOf(request).clear() });
}
