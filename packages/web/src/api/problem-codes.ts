/**
 * Every refusal that the HTTP layer itself gives, by its code: the status and the title of its problem document
 * (RFC 9457 §3.1). Faults of the engine keep their own codes; `fault-status.ts` gives them a status.
 */
export const problemCodes = {
  'web/code-rejected': { status: 403, title: 'The code was not accepted.' },
  'web/proof-rejected': { status: 403, title: 'The proof was not accepted.' },
  'web/locked': { status: 429, title: 'The account is locked after too many failures.' },
  'web/unauthenticated': { status: 401, title: 'The request carries no API key that is known here.' },
  'web/too-many-requests': { status: 429, title: 'Requests come too often.' },
  'web/forbidden-scope': { status: 403, title: 'The API key does not have the scope that this call needs.' },
  'web/insecure-transport': { status: 403, title: 'This call answers with a secret, and needs https.' },
  'web/invalid': { status: 400, title: 'The request is not of the form that this call takes.' },
  'web/not-json': { status: 400, title: 'The body is not a JSON object.' },
  'web/incomplete': { status: 400, title: 'The body broke off.' },
  'web/too-large': { status: 413, title: 'The body is larger than 64 KiB.' },
  'web/wrong-type': { status: 415, title: 'The body is not of the type application/json.' },
  'web/timeout': { status: 408, title: 'The body took too long to arrive.' },
  'web/not-found': { status: 404, title: 'There is no such call.' },
  'web/method-not-allowed': { status: 405, title: 'This path has no such method.' },
  'web/not-ready': { status: 503, title: 'The store did not answer in time.' },
  'web/internal': { status: 500, title: 'Something went wrong here, and was logged.' },
} as const;

/** A key of {@link problemCodes}. */
export type ProblemCode = keyof typeof problemCodes;
