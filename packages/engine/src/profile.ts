import { optionalRequirement, type Requirement } from './account/requirement.ts';
import { createPolicy, defaultPolicy, type Policy } from './policy.ts';

/** The ready-made settings. */
export const profileNames = ['default', 'strict'] as const;
export type ProfileName = (typeof profileNames)[number];

/** The numbers, and what is demanded of every account whatever its tenant says. */
export interface Profile {
  readonly policy: Policy;
  readonly requirement: Requirement;
}

/**
 * What the strict profile has otherwise, after OWASP ASVS 5.0 level 3 and NIST SP 800-63B-4 AAL2: each of these may be set
 * to something stricter, and to nothing milder.
 */
const strictPolicy = Object.freeze({
  window: 0, // ASVS 6.5.5: a time-based code lives 30 seconds at most
  driftStepsMax: 0, // the same
  lookAhead: 5, // RFC 4226 §7.4: as small as possible
  trustedBrowserDays: 0, // NIST SP 800-63B-4 §5.1: a remembered browser is no authenticator
  proofSeconds: 5 * 60, // ASVS 7.5.3: a fresh proof for what is sensitive
  factorsTried: 1, // a guess has one chance
} satisfies Partial<Policy>);

/** ASVS 6.3.3: a second factor for everybody, from the first sign-in on. */
const strictRequirement: Requirement = Object.freeze({ ...optionalRequirement, level: 'required' });

/**
 * The settings of a profile with what the application wants otherwise.
 *
 * @throws TypeError, RangeError; also for a number that is milder than the profile's.
 */
export function createProfile(name: ProfileName = 'default', wanted: Partial<Policy> = {}): Profile {
  if (!profileNames.includes(name)) throw new RangeError(`A profile is one of ${profileNames.join(', ')}.`);
  if (name === 'default') return { policy: createPolicy(wanted), requirement: optionalRequirement };
  assertNotMilder(wanted);
  return { policy: createPolicy({ ...strictPolicy, ...wanted }), requirement: strictRequirement };
}

/** In each of these a larger number is milder. */
const largerIsMilder = [
  ...(Object.keys(strictPolicy) as (keyof typeof strictPolicy)[]),
  'failuresBeforeLock',
  'failuresBeforeDisabled',
  'ticketSeconds',
  'ticketFailuresMax',
  'pendingFactorSeconds',
  'periodSeconds',
  'mailedCodeSeconds',
  'mailedCodeTries',
  'recoveryLapseSeconds',
] as const;

/** In each of these a smaller number is. */
const smallerIsMilder = [
  'lockSeconds',
  'lockSecondsMax',
  'recoveryWaitSeconds',
  'formerContactSeconds',
  'secretBytes',
] as const;

function assertNotMilder(wanted: Partial<Policy>): void {
  const strict: Policy = { ...defaultPolicy, ...strictPolicy };
  const milder =
    largerIsMilder.find((name) => (wanted[name] ?? strict[name]) > strict[name]) ??
    smallerIsMilder.find((name) => (wanted[name] ?? strict[name]) < strict[name]);
  if (milder !== undefined)
    throw new RangeError(
      `The strict profile has ${milder} at ${strict[milder]}: it may be stricter, not milder.`,
    );
  if (wanted.confirmByMail === 'none')
    throw new RangeError('The strict profile confirms a replaced device by mail.');
  if ((wanted.backupCodeFormat ?? 'crockford16') !== 'crockford16')
    throw new RangeError('The strict profile has backup codes of 80 bits alone.');
}
