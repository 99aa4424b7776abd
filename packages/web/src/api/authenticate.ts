import type { Caller, Directory, Scope } from '@tidelock/engine';
import { HttpProblem } from './problem.ts';

const bearer = /^Bearer +([A-Za-z0-9._~+/=-]+) *$/i;

/**
 * Who calls, by the API key in `Authorization: Bearer …` (RFC 6750). The tenant comes from the key alone.
 *
 * @throws HttpProblem `web/unauthenticated`; TidelockError `store/…`
 */
export async function authenticate(request: Request, directory: Directory): Promise<Caller> {
  const header = request.headers.get('authorization');
  if (header === null)
    throw unauthenticated('Send the header "Authorization: Bearer <api key>".', 'Bearer realm="tidelock"');
  const key = bearer.exec(header)?.[1];
  const caller = key === undefined ? null : await directory.authenticate(key);
  // Unknown, revoked and badly written keys are answered alike.
  if (caller === null)
    throw unauthenticated(
      'It is unknown, revoked, or not of the form "Bearer <api key>".',
      'Bearer realm="tidelock", error="invalid_token"',
    );
  return caller;
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
