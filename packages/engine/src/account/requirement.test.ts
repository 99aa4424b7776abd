import { expect, test } from 'vitest';
import { plainHotp, plainTotp } from '../testing/plain-context.ts';
import {
  countingKinds,
  normaliseRequirement,
  normaliseRequirements,
  normaliseRoles,
  optionalRequirement,
  requirementFor,
  standingOf,
  type Requirement,
  type RequirementWish,
} from './requirement.ts';

const required = (changes: Partial<Requirement> = {}): Requirement => ({
  level: 'required',
  graceDays: 0,
  kinds: ['totp', 'hotp'],
  ...changes,
});
const day = 86_400;

test('S23 what is left out of a requirement has its blank value, and kinds stand once and in order', () => {
  expect(normaliseRequirement({ level: 'required' })).toEqual(required());
  expect(normaliseRequirement({ level: 'optional', graceDays: 90, kinds: ['hotp', 'totp', 'hotp'] })).toEqual(
    {
      level: 'optional',
      graceDays: 90,
      kinds: ['totp', 'hotp'],
    },
  );
  expect(normaliseRequirement({ level: 'required', kinds: ['hotp'] }).kinds).toEqual(['hotp']);
  expect(optionalRequirement).toEqual({ level: 'optional', graceDays: 0, kinds: ['totp', 'hotp'] });
});

test('S23 each refusal of a requirement says what was wrong', () => {
  const refusals: readonly (readonly [object, string])[] = [
    [{ level: 'required', days: 3 }, 'A requirement has no member "days".'],
    [{ level: 'often' }, 'The level of a requirement is "optional" or "required".'],
    ...[-1, 91, 1.5, -1.5, '3'].map(
      (graceDays) => [{ level: 'required', graceDays }, 'graceDays is a whole number from 0 to 90.'] as const,
    ),
    ...['totp', [], ['totp', 'sms'], ['sms']].map(
      (kinds) =>
        [{ level: 'required', kinds }, 'The kinds that count are one or more of totp, hotp.'] as const,
    ),
  ];
  for (const [wish, message] of refusals)
    expect(() => normaliseRequirement(wish as RequirementWish), JSON.stringify(wish)).toThrowError(message);
});

test('S23 roles have requirements of their own, fifty at most, and some kind counts for all of them', () => {
  const roles = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, place) => [`role ${place}`, required()]));
  const everyone = required();
  expect(normaliseRequirements({ everyone, roles: roles(50) })).toEqual({ everyone, roles: roles(50) });
  expect(normaliseRequirements({ everyone })).toEqual({ everyone, roles: {} });
  expect(() => normaliseRequirements({ everyone, roles: roles(51) })).toThrowError(
    'There are at most 50 roles.',
  );
  expect(() => normaliseRequirements({ everyone, roles: { '': required() } })).toThrowError(
    'a role has 1 to 64',
  );
  const apart = { a: required({ kinds: ['hotp'] }), b: required({ kinds: ['totp'] }) };
  expect(() => normaliseRequirements({ everyone, roles: apart })).toThrowError(
    'No kind of factor counts for every role: somebody with all of them could not sign in.',
  );
});

test('S23 a sign-in names twenty roles at most', () => {
  const names = Array.from({ length: 20 }, (_, place) => `r${place}`);
  expect(normaliseRoles(names)).toEqual(names);
  for (const roles of [[...names, 'one more'], 'r1', null])
    expect(() => normaliseRoles(roles as never)).toThrowError('roles is a list of at most 20.');
  expect(() => normaliseRoles([''])).toThrowError('a role has 1 to 64');
});

test('S23 the strictest holds, and what an account has of its own takes the place of its tenant’s', () => {
  const everyone = required({ graceDays: 9 });
  const roles = { staff: required({ graceDays: 3, kinds: ['hotp'] }), guest: optionalRequirement };
  const holds = (wanted: readonly string[], own: Requirement | null = null, profile = optionalRequirement) =>
    requirementFor({ everyone, roles }, wanted, { own, profile });
  expect(holds([])).toEqual(everyone);
  expect(holds(['guest', 'toString'])).toEqual(everyone);
  expect(holds(['guest', 'staff'])).toEqual(required({ graceDays: 3, kinds: ['hotp'] }));
  expect(holds(['staff'], optionalRequirement)).toEqual(optionalRequirement);
  expect(holds(['staff'], required({ graceDays: 50 }))).toEqual(required({ graceDays: 50 }));
  expect(holds([], optionalRequirement, required({ graceDays: 1 }))).toEqual(required({ graceDays: 1 }));
});

test('LIFE-19 where an account stands follows from its factors and from when its time began', () => {
  const account = (
    factors: readonly Parameters<typeof plainTotp>[0][],
    graceStartedAt: number | null = null,
  ) => ({
    factors: factors.map((changes) => plainTotp(changes)),
    graceStartedAt,
  });
  const two = required({ graceDays: 2, kinds: ['totp'] });
  expect(standingOf(account([]), optionalRequirement, 100)).toEqual({ outcome: 'met' });
  expect(standingOf(account([{}]), two, 100)).toEqual({ outcome: 'met' });
  for (const factors of [[], [{ status: 'pending' }], [{ status: 'disabled' }]] as const)
    expect(standingOf(account(factors), two, 100)).toEqual({ outcome: 'grace', until: 100 + 2 * day });
  expect(standingOf({ factors: [plainHotp()], graceStartedAt: 50 }, two, 100)).toEqual({
    outcome: 'grace',
    until: 50 + 2 * day,
  });
  expect(standingOf(account([], 500), two, 100)).toEqual({ outcome: 'grace', until: 100 + 2 * day });
  expect(standingOf(account([], 100), two, 100 + 2 * day)).toEqual({ outcome: 'overdue' });
  expect(standingOf(account([]), required(), 100)).toEqual({ outcome: 'overdue' });
});

test('S23 a code must be of a kind that counts, where somebody has one', () => {
  const both = { factors: [plainTotp(), plainHotp()], graceStartedAt: null };
  expect(countingKinds(both, required({ kinds: ['hotp'] }))).toEqual(['hotp']);
  expect(countingKinds(both, required())).toBeNull();
  expect(countingKinds(both, { ...required({ kinds: ['hotp'] }), level: 'optional' })).toBeNull();
  const off = { factors: [plainHotp({ status: 'disabled' })], graceStartedAt: null };
  expect(countingKinds(off, required({ kinds: ['hotp'] }))).toBeNull();
  expect(
    countingKinds({ factors: [plainTotp()], graceStartedAt: null }, required({ kinds: ['hotp'] })),
  ).toBeNull();
});
