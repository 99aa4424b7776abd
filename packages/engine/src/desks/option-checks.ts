import { normaliseText } from '../account/account-id.ts';
import { checkPurpose } from '../account/ticket.ts';
import type { Unreadable } from '../decisions/attempt.ts';
import type { AdministratorCommand } from '../decisions/unlock.ts';
import { TidelockError } from '../tidelock-error.ts';

const tokenLengthMax = 256;

/** Who does it and why. @throws TypeError, RangeError */
export function checkAdministrator({ actor, reason }: AdministratorCommand): AdministratorCommand {
  return { actor: normaliseText(actor, 'an actor', 200), reason: normaliseText(reason, 'a reason', 500) };
}

/** A purpose: a short word, but not the one that stands for having none. @throws RangeError */
export function checkPurposeWord(purpose: string): string {
  if (typeof purpose !== 'string' || !/^[a-z][a-z0-9-]{0,31}$/.test(purpose) || purpose === checkPurpose) {
    throw new RangeError(
      `A purpose is a word of 1 to 32 characters of a-z, 0-9 and "-", and not "${checkPurpose}".`,
    );
  }
  return purpose;
}

/** The hash of an act, or null where none was named. @throws TypeError, RangeError */
export function checkActHash(actHash: string | undefined): string | null {
  return actHash === undefined ? null : normaliseText(actHash, 'an actHash', 128);
}

/** An id or a token. @throws TypeError, RangeError */
export function checkToken(value: string, name: string): string {
  if (typeof value !== 'string') throw new TypeError(`${name} is a string.`);
  if (value.length > tokenLengthMax)
    throw new RangeError(`${name} has at most ${tokenLengthMax} characters.`);
  return value;
}

/** As {@link checkToken}, where it may be left out. @throws TypeError, RangeError */
export function checkOptionalToken(value: string | undefined, name: string): string | undefined {
  return value === undefined ? undefined : checkToken(value, name);
}

/** True, false or left out. @throws TypeError */
export function checkOptionalFlag(value: boolean | undefined, name: string): boolean | undefined {
  if (value !== undefined && typeof value !== 'boolean') throw new TypeError(`${name} is true or false.`);
  return value;
}

/** A secret that does not open is a fault, and no verdict. */
export function readable<Outcome extends { readonly outcome: string }>(
  outcome: Outcome | Unreadable,
): Exclude<Outcome, Unreadable> {
  if (outcome.outcome === 'unreadable') throw new TidelockError((outcome as Unreadable).code);
  return outcome as Exclude<Outcome, Unreadable>;
}
