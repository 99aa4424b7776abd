import { z } from '@hono/zod-openapi';
import type {
  AccountView,
  AuditEvent,
  FactorView,
  RecoveryBegun,
  RecoveryView,
  SentCode,
} from '@tidelock/engine';
import { formatInstant, formatInstantOrNull } from './rfc3339.ts';
import { instantSchema } from './text-schema.ts';

/** How a factor is shown: everything but its secret. */
export const factorSchema: z.ZodType = z
  .object({
    id: z.string().openapi({ example: 'fct_Zm9vYmFyYmF6cXV4MTIzNA' }),
    kind: z.enum(['totp', 'hotp']),
    label: z.string(),
    status: z.enum(['pending', 'active', 'disabled']),
    createdAt: instantSchema(),
    activatedAt: instantSchema().nullable(),
    lastUsedAt: instantSchema().nullable(),
  })
  .openapi('Factor');

/** What is told of a code that was mailed: nothing of the code. */
export const sentCodeSchema: z.ZodType = z
  .object({
    sentTo: z.array(z.string()).openapi({ description: 'Masked addresses.', example: ['a•••@e•••.org'] }),
    expiresAt: instantSchema(),
  })
  .openapi('SentCode');

export const accountSchema: z.ZodType = z
  .object({
    id: z.string(),
    status: z.enum(['none', 'pending', 'active', 'locked', 'disabled']).openapi({
      description: '`none` for an account that nobody knows, too.',
    }),
    factors: z.array(factorSchema),
    backupCodesLeft: z.int(),
    lockedUntil: instantSchema().nullable(),
    sessionsEndedAt: instantSchema().nullable().openapi({
      description:
        'Sessions of yours that began before then are over: somebody stopped a recovery, or carried one out.',
    }),
  })
  .openapi('Account');

const secondProofSchema = () => z.enum(['possible', 'unavailable', 'done']);

const recoveryMembers = {
  state: z.enum(['confirming', 'waiting', 'ready', 'frozen']).openapi({
    description:
      '`confirming`: proofs are missing. `waiting`: until `readyAt`. `ready`: the last code removes the factors. `frozen`: none can be begun.',
  }),
  begunBy: z.enum(['owner', 'administrator']).nullable(),
  begunAt: instantSchema(),
  readyAt: instantSchema().nullable().openapi({
    description: 'Not before then are the factors removed; null while proofs are missing.',
  }),
  lapsesAt: instantSchema().nullable().openapi({ description: 'When it is forgotten.' }),
  actor: z.string().nullable().openapi({ description: 'The administrator who began it.' }),
  reason: z.string().nullable(),
  proofs: z
    .object({
      email: z.enum(['needed', 'done']),
      password: secondProofSchema(),
      administrator: secondProofSchema(),
      contact: secondProofSchema(),
    })
    .nullable()
    .openapi({ description: 'The mailed code is needed, and one of the others; null for an administrator.' }),
};

export const recoverySchema: z.ZodType = z
  .object({ recovery: z.object(recoveryMembers).nullable() })
  .openapi('RecoveryState');

export const recoveryBegunSchema: z.ZodType = z
  .object({
    ...recoveryMembers,
    sentTo: z.array(z.string()).openapi({
      description: 'Masked; empty where no code is wanted now.',
      example: ['a•••@e•••.org'],
    }),
    expiresAt: instantSchema().nullable().openapi({ description: 'When the mailed code is dead.' }),
  })
  .openapi('RecoveryBegun');

export const eventSchema: z.ZodType = z
  .object({
    account: z.string(),
    sequence: z.int().openapi({ description: "1 for an account's first event; without gaps." }),
    at: instantSchema(),
    kind: z.string().openapi({ example: 'verification-rejected' }),
    factorId: z.string().optional(),
    method: z.string().optional(),
    reason: z.string().optional(),
    actor: z.string().optional(),
    note: z.string().optional(),
    purpose: z.string().optional(),
    failures: z.int().optional(),
    codesLeft: z.int().optional(),
    until: instantSchema().optional(),
  })
  .openapi('AuditEvent');

export function showFactor(factor: FactorView): object {
  const { id, kind, label, status, createdAt, activatedAt, lastUsedAt } = factor;
  return {
    id,
    kind,
    label,
    status,
    createdAt: formatInstant(createdAt),
    activatedAt: formatInstantOrNull(activatedAt),
    lastUsedAt: formatInstantOrNull(lastUsedAt),
  };
}

export function showSentCode({ sentTo, expiresAt }: SentCode): object {
  return { sentTo, expiresAt: formatInstant(expiresAt) };
}

export function showAccount({
  id,
  status,
  factors,
  backupCodesLeft,
  lockedUntil,
  sessionsEndedAt,
}: AccountView): object {
  return {
    id,
    status,
    factors: factors.map(showFactor),
    backupCodesLeft,
    lockedUntil: formatInstantOrNull(lockedUntil),
    sessionsEndedAt: formatInstantOrNull(sessionsEndedAt),
  };
}

export function showRecovery(recovery: RecoveryView | null): object {
  return { recovery: recovery === null ? null : showMembers(recovery) };
}

export function showRecoveryBegun(begun: RecoveryBegun): object {
  const { sentTo, expiresAt } = begun;
  return { ...showMembers(begun), sentTo, expiresAt: formatInstantOrNull(expiresAt) };
}

function showMembers(recovery: RecoveryView): object {
  const { state, begunBy, begunAt, readyAt, lapsesAt, actor, reason, proofs } = recovery;
  return {
    state,
    begunBy,
    begunAt: formatInstant(begunAt),
    readyAt: formatInstantOrNull(readyAt),
    lapsesAt: formatInstantOrNull(lapsesAt),
    actor,
    reason,
    proofs,
  };
}

/** SECURITY: rule 4, the members are listed one by one, so that a new one is not shown by accident. */
export function showEvent(event: AuditEvent): object {
  const { account, sequence, at, kind, factorId, method, reason, actor, note, purpose, failures, codesLeft } =
    event;
  return {
    account,
    sequence,
    at: formatInstant(at),
    kind,
    factorId,
    method,
    reason,
    actor,
    note,
    purpose,
    failures,
    codesLeft,
    until: event.until === undefined ? undefined : formatInstant(event.until),
  };
}
