// Makes people who have typed their password and have not typed their code yet: PEER_DATABASE, PEER_SECRET, COUNT. Prints one a line, as JSON.
import { randomUUID } from 'node:crypto';
import { serializeSignedCookie } from 'better-call';
import { generateRandomString, symmetricEncrypt } from 'better-auth/crypto';
import { getMigrations } from 'better-auth/db/migration';
import { openAuth } from './open-auth.js';

const { PEER_DATABASE, PEER_SECRET, COUNT } = process.env;
const auth = openAuth({
  database: PEER_DATABASE,
  secret: PEER_SECRET,
  baseURL: 'http://127.0.0.1',
  isSeeding: true,
});
const { runMigrations } = await getMigrations(auth.options);
await runMigrations();
const context = await auth.$context;
const { adapter, internalAdapter } = context;
const ticketSeconds = 600;
const cookie = context.createAuthCookie('two_factor', { maxAge: ticketSeconds });
const atOnce = 10;

/** Somebody with a second factor. */
async function newUser() {
  const user = await internalAdapter.createUser({
    name: 'Somebody',
    email: `${randomUUID()}@example.com`,
    emailVerified: true,
    twoFactorEnabled: true,
  });
  const secret = generateRandomString(32);
  const sealed = await symmetricEncrypt({ key: context.secretConfig, data: secret });
  const codes = Array.from({ length: 10 }, () => generateRandomString(10));
  const backupCodes = await symmetricEncrypt({ key: context.secretConfig, data: JSON.stringify(codes) });
  await adapter.create({
    model: 'twoFactor',
    data: { userId: user.id, secret: sealed, backupCodes, verified: true },
  });
  return { user, secret };
}

/** What a right password leaves behind for somebody with a second factor, made without the 50 ms that its hash takes. */
async function newPerson() {
  const { user, secret } = await newUser();
  const identifier = `2fa-${generateRandomString(20)}`;
  const expiresAt = new Date(Date.now() + ticketSeconds * 1000);
  await internalAdapter.createVerificationValue({ value: user.id, identifier, expiresAt });
  await internalAdapter.createVerificationValue({
    value: '0',
    identifier: `2fa-attempts-${identifier}`,
    expiresAt,
  });
  const line = await serializeSignedCookie(cookie.name, identifier, context.secret, {});
  return { secret, cookie: line.split(';')[0] };
}

/** One who does type the password: what is made for all the others has to be the same. */
async function realPerson() {
  const { user, secret } = await newUser();
  const password = 'correct horse battery staple';
  await internalAdapter.linkAccount({
    userId: user.id,
    providerId: 'credential',
    accountId: user.id,
    password: await context.password.hash(password),
  });
  const answer = await auth.handler(
    new Request('http://127.0.0.1/api/auth/sign-in/email', {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: 'http://127.0.0.1' },
      body: JSON.stringify({ email: user.email, password }),
    }),
  );
  if (!(await answer.text()).includes('"twoFactorRedirect":true'))
    throw new Error('A sign-in with a password did not ask for a code.');
  const line = answer.headers.getSetCookie().find((each) => each.startsWith(`${cookie.name}=2fa-`));
  const rows = await adapter.findMany({ model: 'verification' });
  const pending = rows.find(({ identifier, value }) => value === user.id && identifier.length === 24);
  const attempts = rows.find(
    ({ identifier, value }) => value === '0' && identifier === `2fa-attempts-${pending?.identifier}`,
  );
  if (line === undefined || rows.length !== 2 || attempts === undefined)
    throw new Error('A sign-in leaves something else behind than the benchmark makes: look at its source.');
  return { secret, cookie: line.split(';')[0] };
}

console.log(JSON.stringify(await realPerson()));
for (let made = 1; made < Number(COUNT); made += atOnce) {
  const some = await Promise.all(Array.from({ length: Math.min(atOnce, Number(COUNT) - made) }, newPerson));
  for (const person of some) console.log(JSON.stringify(person));
}
process.exit(0);
