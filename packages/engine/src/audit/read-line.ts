import { bodyMembers } from '../audit-chain.ts';
import { lineLengthMax, type AccountLine, type EventLine, type FileLine } from './audit-file.ts';
import type { Checkpoint } from './checkpoint.ts';

/** One line of an exported log, its form checked; null where it is none. Nobody vouches for what is read here. */
export function readLine(text: string): FileLine | null {
  if (text.length > lineLengthMax) return null;
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isObject(raw)) return null;
  const reader = Object.hasOwn(forms, String(raw['type'])) ? forms[raw['type'] as FileLine['type']] : null;
  return reader !== null && reader(raw) ? (raw as unknown as FileLine) : null;
}

type Raw = { readonly [member: string]: unknown };

const forms: { readonly [type in FileLine['type']]: (raw: Raw) => boolean } = {
  'tidelock-audit': (raw) =>
    hasMembers(raw, ['type', 'format', 'storeId', 'auditKeys', 'tenant', 'account']) &&
    raw['format'] === 1 &&
    isText(raw['storeId']) &&
    isObject(raw['auditKeys']) &&
    Object.values(raw['auditKeys']).every(isText) &&
    (raw['tenant'] === null || isName(raw['tenant'])) &&
    (raw['account'] === null || isName(raw['account'])),
  account: (raw) =>
    hasMembers(raw, accountMembers) &&
    isPlace(raw) &&
    (raw['events'] === null || isCount(raw['events'])) &&
    isText(raw['link']) &&
    (raw['checkpoint'] === null || isCheckpoint(raw['checkpoint'])),
  event: (raw) =>
    hasMembers(raw, eventMembers) &&
    isPlace(raw) &&
    isCount(raw['sequence']) &&
    isText(raw['bodyHash']) &&
    isText(raw['link']) &&
    // An erasure takes both, or it was none.
    (raw['salt'] === null ? raw['body'] === null : isText(raw['salt']) && isBody(raw['body'])),
  head: (raw) =>
    hasMembers(raw, ['type', 'accounts', 'events', 'at', 'digest', 'mac']) &&
    isCount(raw['accounts']) &&
    isCount(raw['events']) &&
    typeof raw['at'] === 'number' &&
    isText(raw['digest']) &&
    isText(raw['mac']),
};

const accountMembers: readonly (keyof AccountLine)[] = [
  'type',
  'tenant',
  'account',
  'events',
  'link',
  'checkpoint',
];
const eventMembers: readonly (keyof EventLine)[] = [
  'type',
  'tenant',
  'account',
  'sequence',
  'bodyHash',
  'link',
  'salt',
  'body',
];
const checkpointMembers: readonly (keyof Checkpoint)[] = ['sequence', 'link', 'mac'];
const allowedInBody: ReadonlySet<string> = new Set(bodyMembers.filter((member) => member !== 'salt'));
/** Twice as many units as the longest account id has code points. */
const nameLengthMax = 400;
/** As in account ids. */
const controlCharacters = /[\p{Cc}\u2028\u2029]/u;

/** Exactly these: a member that nothing covers would be a place to say something in a signed file. */
function hasMembers(raw: Raw, members: readonly string[]): boolean {
  return Object.keys(raw).length === members.length && members.every((member) => Object.hasOwn(raw, member));
}

function isPlace(raw: Raw): boolean {
  return isName(raw['tenant']) && isName(raw['account']);
}

function isCheckpoint(value: unknown): boolean {
  return (
    isObject(value) &&
    hasMembers(value, checkpointMembers) &&
    isCount(value['sequence']) &&
    isText(value['link']) &&
    isText(value['mac'])
  );
}

function isBody(value: unknown): boolean {
  return (
    isObject(value) &&
    typeof value['kind'] === 'string' &&
    typeof value['at'] === 'number' &&
    Object.entries(value).every(
      ([member, content]) => allowedInBody.has(member) && ['string', 'number'].includes(typeof content),
    )
  );
}

function isObject(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** Names are shown to people, on terminals too. */
function isName(value: unknown): boolean {
  return isText(value) && value.length <= nameLengthMax && !controlCharacters.test(value);
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
