import { describe, expect, test } from 'vitest';
import { HttpProblem } from './problem.ts';
import { readJsonObject } from './read-body.ts';

const limit = 64 * 1024;

function post(body: BodyInit | null, headers: { readonly [name: string]: string } = {}): Request {
  const init = {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
    duplex: 'half',
  };
  return new Request('http://localhost/', init as RequestInit);
}

/** A body of many pieces that says nothing of its length, and how many of them were asked for. */
function pieces(count: number, piece: string): { stream: ReadableStream; taken: () => number } {
  let taken = 0;
  const stream = new ReadableStream(
    {
      pull(controller) {
        if (taken === count) return controller.close();
        taken += 1;
        controller.enqueue(new TextEncoder().encode(piece));
      },
    },
    { highWaterMark: 0 },
  );
  return { stream, taken: () => taken };
}

async function refusal(request: Request, limits?: Parameters<typeof readJsonObject>[1]): Promise<string> {
  const error: unknown = await readJsonObject(request, limits).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return error instanceof HttpProblem ? error.problem.code : 'none';
}

describe('reading a body', () => {
  test('takes JSON objects, whole or in pieces, of the type application/json', async () => {
    for (const type of [
      'application/json',
      'Application/JSON; charset=UTF-8',
      'application/json ;charset="utf-8"',
    ])
      expect(await readJsonObject(post('{"code":"\u{1f511}"}', { 'content-type': type }))).toEqual({
        code: '\u{1f511}',
      });
    const bytes = new TextEncoder().encode('{"code":"\u{1f511}"}');
    const split = new ReadableStream({
      start(controller) {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
        controller.close();
      },
    });
    expect(await readJsonObject(post(split))).toEqual({ code: '\u{1f511}' });
    expect(await readJsonObject(post('{"a":1}', { 'content-length': '7' }))).toEqual({ a: 1 });
  });

  test('C25 refuses every other type, such as a form may send from another site', async () => {
    const types = ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'];
    types.push(
      'application/json; charset=utf-16',
      'application/problem+json',
      'application/jsonp',
      'text/json',
    );
    for (const type of types)
      expect(await refusal(post('{}', { 'content-type': type }))).toBe('web/wrong-type');
    expect(await refusal(new Request('http://localhost/', { method: 'POST' }))).toBe('web/wrong-type');
  });

  test('refuses what is no JSON object, and quotes nothing of it', async () => {
    for (const body of [
      '',
      ' ',
      '[]',
      'null',
      '7',
      '"canary"',
      '{"code":canary}',
      '{',
      "{'a':1}",
      '\u0000',
    ]) {
      expect(await refusal(post(body))).toBe('web/not-json');
      const error = (await readJsonObject(post(body)).catch((thrown: unknown) => thrown)) as HttpProblem;
      expect(JSON.stringify(error.problem)).not.toContain('canary');
    }
  });

  test('A8 nothing that is called __proto__ becomes a prototype', async () => {
    const body = await readJsonObject(post('{"__proto__":{"code":"123456"}}'));
    expect(body['code']).toBeUndefined();
    expect(({} as { code?: unknown }).code).toBeUndefined();
  });

  test('64 KiB are read, and one byte more is not: declared, undeclared, or declared wrongly', async () => {
    const text = (bytes: number) => `{"a":"${'x'.repeat(bytes - 8)}"}`;
    expect(await refusal(post(text(limit)))).toBe('none');
    expect(await refusal(post(text(limit + 1)))).toBe('web/too-large');
    expect(await refusal(post(text(limit), { 'content-length': String(limit) }))).toBe('none');
    expect(await refusal(post('{}', { 'content-length': String(limit + 1) }))).toBe('web/too-large');
    expect(await refusal(post(text(limit + 1), { 'content-length': '2' }))).toBe('web/too-large');
  });

  test('a body without an end is let go of at the limit', async () => {
    const { stream, taken } = pieces(1_000_000, 'x'.repeat(1024));
    expect(await refusal(post(stream))).toBe('web/too-large');
    expect(taken()).toBeLessThan(70);
  });

  test('a body that comes too slowly, or breaks off, is refused', async () => {
    const silent = new ReadableStream({ pull: () => new Promise(() => undefined) });
    expect(await refusal(post(silent), { bytesMax: limit, seconds: 0.02 })).toBe('web/timeout');
    const broken = new ReadableStream({
      pull(controller) {
        controller.error(new Error('ECONNRESET'));
      },
    });
    expect(await refusal(post(broken))).toBe('web/incomplete');
  });

  test('nesting as deep as the limit allows does no harm', async () => {
    const deep = `{"code":${'['.repeat(30_000)}${']'.repeat(30_000)}}`;
    expect(await refusal(post(deep))).toBe('none');
    expect(await refusal(post('['.repeat(60_000)))).toBe('web/not-json');
  });
});
