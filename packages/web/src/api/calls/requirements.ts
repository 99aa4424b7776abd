import { z } from '@hono/zod-openapi';
import {
  TidelockError,
  type Requirement,
  type RequirementAuthor,
  type Requirements,
  type RequirementsWish,
  type RequirementWish,
} from '@tidelock/engine';
import { strictBody } from '../body-reader.ts';
import { invalidRequest } from '../problem.ts';
import { defineCall, ok, type Call, type ReadRequest } from '../call.ts';
import { formatInstant } from '../rfc3339.ts';
import { instantSchema, textSchema } from '../text-schema.ts';

/** A requirement, as it is written and shown. */
export const requirementSchema: z.ZodType = z
  .strictObject({
    level: z.enum(['optional', 'required']),
    graceDays: z.int().min(0).max(90).optional().openapi({
      description: 'Time to enroll, from the first sign-in under a requirement on; it is begun once.',
    }),
    kinds: z
      .array(z.enum(['totp', 'hotp']))
      .min(1)
      .optional()
      .openapi({ description: 'Which kinds of factor count; all where left out.' }),
  })
  .openapi('Requirement');
const roles = z.record(textSchema('A role', 64), requirementSchema).openapi({
  description:
    "By your own names of roles. Somebody with several has the strictest of everyone's and theirs.",
});
const requirements = z
  .strictObject({ everyone: requirementSchema, roles: roles.optional() })
  .openapi('Requirements');

const author = {
  actor: textSchema('An actor', 200).openapi({
    description:
      'The account of the administrator: the header `Tidelock-Proof` carries a proof of a factor of theirs, of a kind that the requirement itself counts.',
  }),
  reason: textSchema('A reason', 500).openapi({ example: 'Roll-out to everybody in support' }),
};

/** SECURITY: C23, the proof is asked for here whoever calls: only the command, beside the keys, goes without. */
function authorOf({ body, proof }: ReadRequest<{ actor: string; reason: string }>): RequirementAuthor {
  if (proof.proof === undefined)
    throw new TidelockError('engine/proof-required', {
      detail: 'Send a proof of the actor in the header Tidelock-Proof.',
    });
  return { account: body.actor, proof: proof.proof, reason: body.reason };
}

/** Who must have a second factor. */
export const getRequirements: Call = defineCall({
  name: 'getRequirements',
  method: 'get',
  path: '/v1/requirements',
  summary: 'See who must have a second factor',
  answers: { 200: requirements },
  refusals: [],
  handle: async ({ tidelock }) => ok(show(await tidelock.requirements())),
});

/** Says who must have a second factor. */
export const setRequirements: Call = defineCall({
  name: 'setRequirements',
  method: 'put',
  path: '/v1/requirements',
  summary: 'Say who must have a second factor (administrators)',
  description: 'It takes the place of what was said before. Try it first: `/v1/requirements/dry-run`.',
  body: strictBody('SetRequirements', { everyone: requirementSchema, roles: roles.optional(), ...author }),
  takesProof: true,
  answers: { 200: requirements },
  refusals: ['engine/proof-required'],
  async handle(request) {
    const { everyone, roles: named } = request.body;
    const wish = { everyone, ...(named === undefined ? {} : { roles: named }) } as RequirementsWish;
    return ok(show(await checkedByEngine(request.tidelock.setRequirements(wish, authorOf(request)))));
  },
});

/** Looks at what would become of accounts, and changes nothing. */
export const dryRunRequirements: Call = defineCall({
  name: 'dryRunRequirements',
  method: 'post',
  path: '/v1/requirements/dry-run',
  summary: 'See who would be locked out',
  description:
    'Name your users, also those who were never seen here. Without `requirements`, what holds is looked at.',
  body: strictBody('DryRunRequirements', {
    requirements: requirements.optional(),
    accounts: z
      .array(
        z.strictObject({
          id: textSchema('An account id', 200),
          roles: z.array(z.string()).max(20).optional(),
        }),
      )
      .min(1)
      .max(1000),
  }),
  answers: {
    200: z
      .object({
        checked: z.int(),
        met: z.int(),
        inGrace: z.array(z.object({ id: z.string(), enrollBy: instantSchema() })),
        lockedOut: z.array(z.string()),
      })
      .openapi('RequirementsDryRun'),
  },
  refusals: [],
  async handle({ tidelock, body }) {
    const subjects = body.accounts.map(({ id, roles: named }) => ({
      account: id,
      ...(named === undefined ? {} : { roles: named }),
    }));
    const wish = (body.requirements ?? null) as RequirementsWish | null;
    const { inGrace, ...rest } = await checkedByEngine(tidelock.dryRunRequirements(wish, subjects));
    return ok({
      ...rest,
      inGrace: inGrace.map(({ account, until }) => ({ id: account, enrollBy: formatInstant(until) })),
    });
  },
});

/** Says whether one account must have a second factor. */
export const setAccountRequirement: Call = defineCall({
  name: 'setAccountRequirement',
  method: 'put',
  path: '/v1/accounts/{account}/requirement',
  summary: 'Say whether one account must have a second factor (administrators)',
  description: 'It takes the place of what holds for its tenant and roles; null takes it back.',
  body: strictBody('SetAccountRequirement', { requirement: requirementSchema.nullable(), ...author }),
  takesProof: true,
  answers: { 200: z.object({ requirement: requirementSchema.nullable() }).openapi('AccountRequirement') },
  refusals: ['engine/proof-required', 'engine/actor-is-owner'],
  async handle(request) {
    const { tidelock, account, body } = request;
    const wish = body.requirement as RequirementWish | null;
    const held = await checkedByEngine(tidelock.setRequirement(account, wish, authorOf(request)));
    return ok({ requirement: held && showRequirement(held) });
  },
});

/** What a schema cannot say: that the roles have a kind in common, and one that the profile counts. */
async function checkedByEngine<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof RangeError) throw invalidRequest([{ at: '', message: error.message }]);
    throw error;
  }
}

function show({ everyone, roles: named }: Requirements): object {
  return {
    everyone: showRequirement(everyone),
    roles: Object.fromEntries(Object.entries(named).map(([role, held]) => [role, showRequirement(held)])),
  };
}

export function showRequirement({ level, graceDays, kinds }: Requirement): object {
  return { level, graceDays, kinds };
}
