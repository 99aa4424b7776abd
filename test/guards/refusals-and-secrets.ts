import { inDecisions, type Guard } from './guard.ts';

const enrollTest = inDecisions('enroll.test.ts');
const identity = 'packages/engine/src/store-identity.ts';

/** Rules 3, 4 and 5: what fails refuses, a secret leaves once, and the server alone makes it. */
export const refusalsAndSecrets: readonly Guard[] = [
  {
    rule: 3,
    guard: 'an account that the application remembers and the store does not know is a fault',
    file: inDecisions('challenge.ts'),
    find: "if (!isEnrolled(account) && command.expected === 'enrolled')",
    replace: "if (!isEnrolled(account) && command.expected === undefined && command.purpose === '')",
    test: { file: enrollTest, name: 'rule 3 an account that the application remembers' },
  },
  {
    rule: 3,
    guard: 'an empty store under existing keys does not serve',
    file: identity,
    find: "if (emptyStore === 'refuse') {",
    replace: "if (emptyStore !== 'refuse' && emptyStore !== 'initialise') {",
    test: { file: enrollTest, name: 'an empty store under existing keys does not serve' },
  },
  {
    rule: 3,
    guard: 'keys of another store do not start',
    file: identity,
    find: "if (opened.outcome !== 'opened') {",
    replace: "if (opened.outcome !== 'opened' && id === '') {",
    test: { file: enrollTest, name: 'C17 keys of another store' },
  },
  {
    rule: 3,
    guard: 'a secret that does not open is a fault, and no wrong code',
    file: inDecisions('verify-digits.ts'),
    find: "if (unreadable?.outcome === 'unreadable' && judged.length === 0) {",
    replace: "if (unreadable?.outcome === 'unreadable' && judged.length > 99) {",
    test: { file: enrollTest, name: 'C17 a key that is missing' },
  },
  {
    rule: 3,
    guard: 'a factor that failures disabled is no free pass',
    file: 'packages/engine/src/account/account.ts',
    find: "return account.factors.some((factor) => factor.status !== 'pending');",
    replace: "return account.factors.some((factor) => factor.status === 'active');",
    test: {
      file: inDecisions('verify.attempt-cap.test.ts'),
      name: 'RATE-01 after a hundred failures in a row the factor is disabled',
    },
  },
  {
    rule: 4,
    guard: 'a factor is shown member by member, its secret is none of them',
    file: 'packages/engine/src/account/factor.ts',
    find: 'return { id, kind, label, status, createdAt, activatedAt, lastUsedAt };',
    replace: 'return { ...factor, id, kind, label, status, createdAt, activatedAt, lastUsedAt };',
    test: { file: enrollTest, name: 'C15 rule 4: no answer shows more of a factor than its name' },
  },
  {
    rule: 4,
    guard: 'no event holds a secret',
    file: inDecisions('enroll.ts'),
    find: "kind: 'factor-enrolled',",
    replace: "kind: 'factor-enrolled', note: secret,",
    test: { file: inDecisions('manage.test.ts'), name: 'LOG-03 holds no secret, code, ticket or proof' },
  },
  {
    rule: 4,
    guard: 'a log line has no message of a foreign fault',
    file: 'packages/web/src/api/request-log.ts',
    find: 'message: error.message } : {}),\n    at: framesOf(error),',
    replace: 'message: error.message } : { message: error.message }),\n    at: framesOf(error),',
    test: {
      file: 'packages/web/src/api/request-log.test.ts',
      name: 'a fault is logged as an error with its code and place',
    },
  },
  {
    rule: 4,
    guard: 'the record holds no backup code',
    file: inDecisions('backup-code-set.ts'),
    find: 'usedAt: codes.map(() => null),',
    replace: 'usedAt: codes.map(() => null),\n    ...{ codes },',
    test: { file: inDecisions('backup-codes.test.ts'), name: 'A15 LOOK-02 the record holds no code' },
  },
  {
    rule: 4,
    guard: 'a message is sealed, so that the store reads none',
    file: inDecisions('message.ts'),
    find: "payload: vault.seal(plaintext, { id, holder: messageId, purpose: 'message' }),",
    replace: 'payload: JSON.stringify({ payload, of: [typeof vault, plaintext.length] }),',
    test: { file: inDecisions('tell-owner.test.ts'), name: 'C15 are sealed: neither recipient, text' },
  },
  {
    rule: 5,
    guard: 'the secret is random, and nothing of the request goes into it',
    file: inDecisions('enroll.ts'),
    find: 'const bytes = platform.random.bytes(policy.secretBytes);',
    replace: 'const bytes = new TextEncoder().encode(label.padEnd(64)).slice(0, policy.secretBytes);',
    test: { file: enrollTest, name: 'S01 A11 OTP-05 OTP-07 every secret has 32 characters' },
  },
  {
    rule: 5,
    guard: 'a request has no member that the schema does not name',
    file: 'packages/web/src/api/body-reader.ts',
    find: 'const schema = z.strictObject(shape);\n  return {\n    schema: schema.openapi(name),\n    read: (body) => checked(schema, body) as Present<z.output<z.ZodObject<Shape>>>,',
    replace:
      'const schema = z.looseObject(shape);\n  return {\n    schema: schema.openapi(name),\n    read: (body) => checked(schema, body) as never,',
    test: {
      file: 'packages/web/src/api/calls/enroll-factor.test.ts',
      name: 'C14 a secret in the request is refused',
    },
  },
];
