import { Page, pageResponse, seeOther } from '@tidelock/web';
import type { JSX } from 'hono/jsx/jsx-runtime';
import type { User } from '../user-table.ts';
import { readVisitor, type DemoRooms } from '../visitor.ts';

/** The page that the second factor protects; strangers see how to get in. */
export async function showHome(request: Request, rooms: DemoRooms): Promise<Response> {
  const { pages } = rooms;
  const { state, user, token, cookie } = await readVisitor(request, rooms);
  if (state === 'pending') return seeOther(pages.paths.challenge);
  if (state === 'enrolling') return seeOther(pages.paths.security);
  if (user === null) return pageResponse(<Welcome rooms={rooms} />, { cookie });
  return pageResponse(<Inside rooms={rooms} user={user} token={token} />);
}

function Welcome({ rooms }: { readonly rooms: DemoRooms }): JSX.Element {
  return (
    <Page frame={rooms.pages.frameFor(null)} title="Welcome">
      <div class="narrow">
        <h1>Welcome</h1>
        <p class="lead">
          A small application with names and passwords. Create an account, then turn two-factor authentication
          on: that part is Tidelock.
        </p>
        <p class="actions">
          <a class="button primary" href="/register">
            Create an account
          </a>
          <a class="button" href="/login">
            Sign in
          </a>
        </p>
      </div>
    </Page>
  );
}

interface InsideProps {
  readonly rooms: DemoRooms;
  readonly user: User;
  readonly token: string;
}

function Inside({ rooms, user, token }: InsideProps): JSX.Element {
  const { pages } = rooms;
  return (
    <Page frame={pages.frameFor({ name: user.name, sessionToken: token })} title="Home">
      <h1>{`Hello, ${user.name}`}</h1>
      <p class="lead">
        {user.isEnrolled
          ? 'You are signed in with your password and a code.'
          : 'You are signed in with your password alone.'}
      </p>
      <section class="card" aria-labelledby="second-factor">
        <div class="head">
          <h2 id="second-factor">Two-factor authentication</h2>
          <span class={user.isEnrolled ? 'badge on' : 'badge off'}>{user.isEnrolled ? 'On' : 'Off'}</span>
        </div>
        <p class="soft">
          {user.isEnrolled
            ? 'Devices, backup codes and what happened lately.'
            : 'It keeps whoever learns your password out. It takes a minute.'}
        </p>
        <a class={user.isEnrolled ? 'button' : 'button primary'} href={pages.paths.security}>
          {user.isEnrolled ? 'See your devices' : 'Set it up'}
        </a>
      </section>
    </Page>
  );
}
