import { TidelockError, type ErrorCode } from '@tidelock/engine';

/** The connection broke, or no answer came in time: nobody can say whether the statement was carried out. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
}

/** Classes and codes of PostgreSQL (its documentation, appendix A), and what they are in Tidelock's words. */
const faults: readonly (readonly [prefix: string, code: ErrorCode, advice: string])[] = [
  ['53100', 'store/full', 'Make room where the data of PostgreSQL stands; the store then goes on by itself.'],
  ['25006', 'store/read-only', 'This server takes no writes: is it a standby, or set to read-only?'],
  ['42501', 'store/read-only', 'Give the role the rights that the README names.'],
  ['40', 'store/locked', 'Other transactions stood in the way again and again.'],
  ['55P03', 'store/locked', 'Look for a transaction that keeps a lock on the tables.'],
  ['57014', 'store/locked', 'The server cancelled the statement: look for what keeps it waiting.'],
  ['22', 'store/refused', ''],
  ['23', 'store/refused', ''],
  ['54', 'store/refused', ''],
  ['42P01', 'store/unavailable', 'The tables were there and are gone: bring them back and start again.'],
  ['3D000', 'store/unavailable', 'Create the database, or name another.'],
  ['28', 'store/unavailable', 'Check user and password.'],
  ['53300', 'store/unavailable', 'Raise max_connections, or let fewer processes connect.'],
];

/**
 * After these the server ended the connection or failed within, and the transaction may be committed: a shutdown while
 * a standby is waited for ends the connection after the commit. 40003 says so itself (statement completion unknown); PostgreSQL
 * never sends it, servers that speak its protocol do.
 */
const unclearCodes = /^(?:08|40003|57P|58|XX)/;

/** Whether a failed statement may have been carried out all the same. */
export function isUnclear(error: unknown): boolean {
  if (error instanceof TidelockError) return false;
  const code = sqlStateOf(error);
  if (code === '' || unclearCodes.test(code)) return true;
  // Their names stay English in most languages; where not, the codes above are what matters.
  const severity = error instanceof Error && 'severity' in error ? error.severity : '';
  return severity === 'FATAL' || severity === 'PANIC';
}

/** Whether the server gave the transaction up for the sake of another one: another try may win. */
export function isRetriable(error: unknown): boolean {
  return /^40(?:001|P01)$/.test(sqlStateOf(error));
}

/** Whether a prepared statement was not there, or one of its name already was: nothing was carried out. */
export function isNameLost(error: unknown): boolean {
  return /^(?:26000|42P05)$/.test(sqlStateOf(error));
}

/** Whether the server takes no writes. */
export function isReadOnly(error: unknown): boolean {
  return sqlStateOf(error) === '25006';
}

/** Whether something that was carried out is not as it should be; a mere notice has the code of success. */
export function isWarning(sqlState: string | undefined): boolean {
  return sqlState?.startsWith('01') === true;
}

/** Says in Tidelock's words what went wrong. SECURITY: the message never holds what was stored, only the server's own words. */
export function faultOf(error: unknown): TidelockError {
  if (error instanceof TidelockError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const state = sqlStateOf(error);
  const known = faults.find(([prefix]) => state.startsWith(prefix));
  if (state === '' || known === undefined)
    return new TidelockError('store/unavailable', { detail: sentence(message, state), cause: error });
  const [, code, advice] = known;
  return new TidelockError(code, { detail: `${sentence(message, state)} ${advice}`.trim(), cause: error });
}

/** The five characters of SQLSTATE; empty for an error that no server sent. */
function sqlStateOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const fromServer = error instanceof Error && 'severity' in error;
  return fromServer && /^[0-9A-Z]{5}$/.test(code) ? code : '';
}

function sentence(message: string, state: string): string {
  const text = message === '' ? 'The database cannot be reached' : message.replace(/\.$/, '');
  return state === '' ? `${text}.` : `${text} (PostgreSQL ${state}).`;
}
