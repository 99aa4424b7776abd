import type { Caller, Directory, Scope } from '@tidelock/engine';
import type { CallRates } from './call-rates.ts';
import { HttpProblem } from './problem.ts';
import type { Connection } from './transport.ts';

const bearer = /^Bearer +([A-Za-z0-9._~+/=-]+) *$/i;

/** What authenticating needs besides the request. */
export interface AuthenticationRooms {
  readonly directory: Directory;
  readonly rates: CallRates;
  readonly connection: Connection | undefined;
}

/**
 * Who calls, by the API key in `Authorization: Bearer …` (RFC 6750), and not too often. The tenant comes from the key alone.
 *
 * @throws HttpProblem `web/unauthenticated`, `web/too-many-requests`; TidelockError `store/…`
 */
export async function authenticate(
  request: Request,
  { directory, rates, connection }: AuthenticationRooms,
): Promise<Caller> {
  const header = request.headers.get('authorization');
  const key = header === null ? undefined : bearer.exec(header)?.[1];
  const caller = key === undefined ? null : await directory.authenticate(key);
  if (caller === null) {
    rates.countStranger(request, connection);
    throw header === null ? withoutKey() : withUnknownKey();
  }
  rates.countCaller(caller);
  return caller;
}

function withoutKey(): HttpProblem {
  return unauthenticated('Send the header "Authorization: Bearer <api key>".', 'Bearer realm="tidelock"');
}

/** Unknown, revoked and badly written keys are answered alike. */
function withUnknownKey(): HttpProblem {
  return unauthenticated(
    'It is unknown, revoked, or not of the form "Bearer <api key>".',
    'Bearer realm="tidelock", error="invalid_token"',
  );
}

/** SECURITY: C12, an application's key does nothing that is an administrator's. @throws HttpProblem `web/forbidden-scope` */
export function assertScope(caller: Caller, needed: readonly Scope[]): void {
  if (needed.some((scope) => caller.scopes.includes(scope))) return;
  throw new HttpProblem('web/forbidden-scope', {
    detail: `It needs ${needed.length === 1 ? 'the scope' : 'one of the scopes'} ${needed.join(', ')}.`,
    headers: {
      'www-authenticate': `Bearer realm="tidelock", error="insufficient_scope", scope="${needed.join(' ')}"`,
    },
  });
}

function unauthenticated(detail: string, challenge: string): HttpProblem {
  return new HttpProblem('web/unauthenticated', { detail, headers: { 'www-authenticate': challenge } });
}
