import { normaliseAccount } from '@tidelock/engine';
import { invalidRequest } from './problem.ts';

/** What a path of the API names: `/v1/accounts/{account}/factors/{factorId}/…`. */
export interface NamedInPath {
  /** In the form under which it is stored; empty where the path names none. */
  readonly account: string;
  readonly factorId: string;
}

const accountSegment = 3;
const factorSegment = 5;
const factorIdLengthMax = 256;

/** The path of a URL as it was sent: the router sees no decoded slash, and every part is decoded once. */
export function rawPathOf({ url }: { readonly url: string }): string {
  const start = url.indexOf('/', url.indexOf('://') + 3);
  if (start === -1) return '/';
  const end = url.slice(start).search(/[?#]/);
  return end === -1 ? url.slice(start) : url.slice(start, start + end);
}

/**
 * Reads the ids out of a path that the router has matched.
 *
 * @throws HttpProblem `web/invalid` for broken percent-encoding, and for what is no account id.
 */
export function readPath(path: string): NamedInPath {
  const segments = path.split('/');
  const account = segments[accountSegment];
  const factorId = segments[factorSegment];
  return {
    account: account === undefined ? '' : readAccount(account),
    factorId: factorId === undefined ? '' : readFactorId(factorId),
  };
}

function readAccount(segment: string): string {
  const account = decodeSegment(segment, 'account');
  try {
    return normaliseAccount(account);
  } catch (error) {
    // These messages name the rule, and nothing of the id.
    throw invalidRequest([{ at: 'account', message: (error as Error).message }]);
  }
}

function readFactorId(segment: string): string {
  const factorId = decodeSegment(segment, 'factorId');
  if (factorId.length > factorIdLengthMax)
    throw invalidRequest([
      { at: 'factorId', message: `A factor id has at most ${factorIdLengthMax} characters.` },
    ]);
  return factorId;
}

function decodeSegment(segment: string, at: string): string {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    throw invalidRequest([{ at, message: 'The percent-encoding is broken: it is that of UTF-8.' }]);
  }
}
