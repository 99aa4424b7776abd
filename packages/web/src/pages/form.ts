import { isCsrfToken } from '../gates/session-token.ts';
import { PageRefusal } from './page-refusal.ts';
import { isSameOrigin, type RequestPlace } from './same-origin.ts';

/** The fields of a form that one of our own pages sent. */
export interface Form {
  /** A field's first value, or the empty string. */
  text(name: string): string;
  has(name: string): boolean;
}

/** The name of the field that holds the CSRF token. */
export const csrfField = 'csrf';

const formBytesMax = 16 * 1024; // a code, a label and a few ids have 500 bytes

/**
 * Reads a posted form, once it is known to come from a page of this very session.
 * SECURITY: C25, the method, the origin, the form's type and a token bound to the session must all be right.
 *
 * @throws PageRefusal 403, 405, 413, 415
 */
export async function readForm(
  request: Request,
  options: RequestPlace & { readonly sessionToken: string },
): Promise<Form> {
  if (request.method !== 'POST')
    throw new PageRefusal(405, { title: 'Not this way', detail: 'This address only takes forms.' });
  if (!isSameOrigin(request, options)) throw crossSite();
  const type = request.headers.get('content-type') ?? '';
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(type))
    throw new PageRefusal(415, { title: 'Not a form', detail: 'This address only takes forms.' });
  const fields = new URLSearchParams(await readText(request));
  if (!isCsrfToken(fields.get(csrfField), options.sessionToken)) throw outOfDate();
  return {
    text: (name) => fields.get(name) ?? '',
    has: (name) => fields.has(name),
  };
}

async function readText(request: Request): Promise<string> {
  if (Number(request.headers.get('content-length') ?? 0) > formBytesMax) throw tooLarge();
  if (request.body === null) return '';
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  // Counted while it is read: a body need not say how long it is.
  for await (const chunk of request.body as ReadableStream<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > formBytesMax) throw tooLarge();
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function tooLarge(): PageRefusal {
  return new PageRefusal(413, { title: 'Too much', detail: 'This form is larger than any of ours.' });
}

function crossSite(): PageRefusal {
  return new PageRefusal(403, {
    title: 'This form came from elsewhere',
    detail: 'Nothing was changed. Go back to the page of this site and send the form from there.',
  });
}

function outOfDate(): PageRefusal {
  return new PageRefusal(403, {
    title: 'This page is out of date',
    detail:
      'You have signed in or out since it was opened. Nothing was changed: go back, reload, and try again.',
  });
}
