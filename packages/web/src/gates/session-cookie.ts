import { isSessionToken } from './session-token.ts';

/** How the browser holds a session. */
export interface SessionCookie {
  /** The session id that the request carries; null where it carries none of the right form. */
  read(request: Request): string | null;
  /** `Set-Cookie` for a session; it ends with the browser, the server ends it earlier. */
  set(token: string): string;
  /** `Set-Cookie` that takes it away. */
  clear(): string;
}

/**
 * The session cookie of a request that came by https: `__Host-`, so that neither a neighbouring host nor plain http can set it.
 * On plain http (this machine, for trying things out) it has neither prefix nor `Secure`, since Safari takes no such cookie from
 * http://localhost. A cookie of one kind is never read as one of the other.
 */
export function sessionCookie(options: { readonly name?: string; readonly isHttps: boolean }): SessionCookie {
  const { name = 'tidelock', isHttps } = options;
  const fullName = isHttps ? `__Host-${name}` : name;
  // SameSite=Lax: a link from elsewhere finds the person signed in, a form from elsewhere does not (C25).
  const attributes = `Path=/; HttpOnly; SameSite=Lax${isHttps ? '; Secure' : ''}`;
  return {
    read(request) {
      const pairs = (request.headers.get('cookie') ?? '').split(';').map((pair) => pair.trim());
      const found = pairs.find((pair) => pair.startsWith(`${fullName}=`))?.slice(fullName.length + 1);
      return found !== undefined && isSessionToken(found) ? found : null;
    },
    set: (token) => `${fullName}=${token}; ${attributes}`,
    clear: () => `${fullName}=; Max-Age=0; ${attributes}`,
  };
}
