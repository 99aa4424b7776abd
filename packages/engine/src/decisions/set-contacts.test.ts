import { describe, expect, test } from 'vitest';
import { normaliseEmail } from '../account/email-address.ts';
import { memoryStore } from '../testing/memory-store.ts';
import { enrollAccount, openTestTidelock } from '../testing/enrolled-account.ts';

const emails = ['alice@example.com', 'a.smith+2fa@mail.example.org'];

describe('contacts', () => {
  test('are set before the first enrollment without a proof, and the log says so', async () => {
    const { tidelock } = openTestTidelock();
    expect(await tidelock.setContacts('alice', { emails })).toEqual({ count: 2 });
    expect((await tidelock.events('alice')).items).toMatchObject([{ kind: 'contacts-changed' }]);
    // An account with contacts alone is still one without a second factor.
    expect(await tidelock.challenge('alice')).toEqual({ required: false });
  });

  test('C11 LIFE-03 of an enrolled account take a proof, which they spend, for the first ones too', async () => {
    const bench = openTestTidelock();
    const alice = await enrollAccount(bench);
    const { tidelock } = bench;
    const required = { code: 'engine/proof-required' };
    await expect(tidelock.setContacts('alice', { emails })).rejects.toMatchObject(required);
    const login = await alice.proof('login');
    await expect(tidelock.setContacts('alice', { emails, proof: login })).rejects.toMatchObject(required);
    const proof = await alice.proof();
    expect(await tidelock.setContacts('alice', { emails, proof })).toEqual({ count: 2 });
    await expect(tidelock.setContacts('alice', { emails, proof })).rejects.toMatchObject(required);
  });

  test('C15 nobody reads them from the database, nor from the log', async () => {
    const store = memoryStore();
    const { tidelock } = openTestTidelock({ store });
    await tidelock.setContacts('alice', { emails });
    const [stored] = await store.load([{ tenant: 'default', account: 'alice' }]);
    const { items } = await tidelock.events('alice');
    for (const part of ['alice@', 'smith', 'example.', 'mail.'])
      expect(`${stored!.record}${JSON.stringify(items)}`).not.toContain(part);
  });

  test('E1 have a budget: five changes at once, then one in three hours', async () => {
    const { tidelock, clock } = openTestTidelock();
    for (let change = 0; change < 5; change += 1) await tidelock.setContacts('alice', { emails });
    await expect(tidelock.setContacts('alice', { emails })).rejects.toMatchObject({
      code: 'engine/rate-limited',
      retryAfterSeconds: 3 * 3600,
    });
    clock.advance(3 * 3600);
    await tidelock.setContacts('alice', { emails });
    await expect(tidelock.setContacts('alice', { emails })).rejects.toMatchObject({
      code: 'engine/rate-limited',
    });
    // F3: a clock that had been years ahead leaves no budget empty for years.
    clock.advance(-10 * 365 * 86_400);
    await expect(tidelock.setContacts('alice', { emails })).resolves.toEqual({ count: 2 });
  });
});

describe('what is no contact', () => {
  const tooMany = Array.from({ length: 6 }, (_, place) => `a${place}@example.com`);

  test.each([
    [[]],
    [tooMany],
    [['alice@example.com', 'Alice@EXAMPLE.com']],
    [['']],
    [['alice']],
    [['@example.com']],
    [['alice@']],
    [['alice@localhost']],
    [['alice@127.0.0.1']],
    [['alice@[127.0.0.1]']],
    [['alice@-example.com']],
    [['alice@example..com']],
    [['alice@example.com.']],
    [['.alice@example.com']],
    [['alice..b@example.com']],
    [['Alice <alice@example.com>']],
    [['"a b"@example.com']],
    [['alice@example.com, eve@example.org']],
    [['alice@example.com;eve@example.org']],
    [['eve@example.org@example.com']],
    [['alice@example.com\r\nBcc: eve@example.org']],
    [['alice\n@example.com']],
    [['alice@example.com\0']],
    [['älice@example.com']],
    [['alice@bücher.example']],
    [['alice@example.com\u2028']],
    [[`${'a'.repeat(65)}@example.com`]],
    [[`a@${'b.'.repeat(126)}com`]],
    [['x'.repeat(1_000_000)]],
  ])('E2 %j is refused, and the message does not repeat it', async (wrong) => {
    const { tidelock } = openTestTidelock();
    const refusal: unknown = await tidelock
      .setContacts('alice', { emails: wrong })
      .catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(RangeError);
    expect((refusal as Error).message).not.toMatch(/eve|alice|localhost|xxx/i);
    expect((await tidelock.events('alice')).items).toEqual([]);
  });

  test('nor is what is no array of strings, nor an unknown form of a locale', async () => {
    const { tidelock } = openTestTidelock();
    for (const wrong of [undefined, null, 'alice@example.com', { 0: 'a@example.com' }, [5], [null]])
      await expect(tidelock.setContacts('alice', { emails: wrong as never })).rejects.toThrow(TypeError);
    for (const locale of ['', 'EN', 'en-us', 'english', '../en', 'en\n'])
      await expect(tidelock.setContacts('alice', { emails, locale })).rejects.toThrow(RangeError);
    await expect(tidelock.setContacts('alice', { emails, locale: 'de-AT' })).resolves.toEqual({ count: 2 });
  });

  test('E2 the domain is kept in lower case, the part before the @ as it came', () => {
    expect(normaliseEmail("O'Brien+x@Example.COM")).toBe("O'Brien+x@example.com");
    expect(normaliseEmail('a@xn--bcher-kva.example')).toBe('a@xn--bcher-kva.example');
  });
});
