import { expect, test } from 'vitest';
import { csrfTokenOf, newSessionToken } from '../gates/session-token.ts';
import { readForm } from './form.ts';
import { isSameOrigin } from './same-origin.ts';

const token = newSessionToken();
const origin = 'http://localhost:3000';

function posted(body: BodyInit, headers: Record<string, string> = {}): Request {
  return new Request(`${origin}/two-factor/enroll`, {
    method: 'POST',
    body,
    duplex: 'half',
    headers: { origin, 'content-type': 'application/x-www-form-urlencoded', ...headers },
  } as RequestInit);
}

const options = { sessionToken: token, trustProxy: false };

test('a form of our own page is read, and a field that is twice there has its first value', async () => {
  const form = await readForm(posted(`csrf=${csrfTokenOf(token)}&code=1&code=2&label=a+b%20c`), options);
  expect([form.text('code'), form.text('label'), form.text('nothing'), form.has('nothing')]).toEqual([
    '1',
    'a b c',
    '',
    false,
  ]);
});

test('a form that is too long is let go of, whether it says its length or not', async () => {
  const long = `csrf=${csrfTokenOf(token)}&label=${'x'.repeat(20_000)}`;
  await expect(readForm(posted(long), options)).rejects.toMatchObject({ status: 413 });
  let sent = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent += 1;
      controller.enqueue(new Uint8Array(1024).fill(120));
    },
  });
  await expect(readForm(posted(endless), options)).rejects.toMatchObject({ status: 413 });
  expect(sent).toBeLessThan(40);
});

test('C25 behind a proxy of our own, the origin is the one that the browser sees', () => {
  const request = posted('', { origin: 'https://localhost:3000', 'x-forwarded-proto': 'https' });
  expect(isSameOrigin(request, { trustProxy: true })).toBe(true);
  expect(isSameOrigin(request, { trustProxy: false })).toBe(false);
});
