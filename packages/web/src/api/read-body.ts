import { HttpProblem } from './problem.ts';

/** A JSON object as the caller wrote it; every member is still to be checked. */
export type JsonObject = { readonly [name: string]: unknown };

/** The bounds of one body. */
export interface BodyLimits {
  readonly bytesMax: number;
  /** How long it may take to arrive. */
  readonly seconds: number;
}

const bodyLimits: BodyLimits = {
  bytesMax: 64 * 1024, // a code with its ticket has 100 bytes, the longest reason 2,000
  seconds: 10, // the caller is a server, and sends it in one piece
};

// RFC 8259 §8.1: JSON is UTF-8, so that no other charset is taken.
const jsonType = /^application\/json[ \t]*(?:;[ \t]*charset="?utf-8"?[ \t]*)?$/i;

/**
 * Reads the body as a JSON object. A name that occurs twice has its last value, as `JSON.parse` has it.
 *
 * @throws HttpProblem `web/wrong-type`, `web/too-large`, `web/timeout`, `web/incomplete`, `web/not-json`
 */
export async function readJsonObject(request: Request, limits: BodyLimits = bodyLimits): Promise<JsonObject> {
  const type = request.headers.get('content-type');
  // SECURITY: C25, a cross-site form cannot send this type without asking first, and nobody here answers such a question.
  if (type !== 'application/json' && (type === null || !jsonType.test(type)))
    throw new HttpProblem('web/wrong-type', { detail: 'Send the header "Content-Type: application/json".' });
  const text = await readText(request, limits);
  if (text === '')
    throw new HttpProblem('web/not-json', {
      detail: 'The body is empty: this call takes a JSON object, "{}" at least.',
    });
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    // The parser's own message quotes the body, which may hold a code.
    throw new HttpProblem('web/not-json', { detail: 'The body cannot be parsed.' });
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new HttpProblem('web/not-json', { detail: 'The body is JSON, but no object.' });
  return body as JsonObject;
}

async function readText(request: Request, { bytesMax, seconds }: BodyLimits): Promise<string> {
  const declared = request.headers.get('content-length');
  if (declared === null) return within(readStream(request, bytesMax), seconds);
  // What is longer or shorter than it declares never gets here: that is the server's parser.
  if (Number(declared) > bytesMax) throw new HttpProblem('web/too-large');
  const text = await within(request.text(), seconds);
  if (text.length > bytesMax) throw new HttpProblem('web/too-large');
  return text;
}

/** Counts while it reads, so that a body without a declared length is let go of at the limit. */
async function readStream(request: Request, bytesMax: number): Promise<string> {
  if (request.body === null) return '';
  const decoder = new TextDecoder();
  const reader = request.body.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  let text = '';
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.byteLength;
    if (bytes > bytesMax) {
      reader.cancel().catch(() => undefined);
      throw new HttpProblem('web/too-large');
    }
    text += decoder.decode(value, { stream: true });
  }
}

function within(reading: Promise<string>, seconds: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new HttpProblem('web/timeout')), seconds * 1000);
    reading.then(
      (text) => {
        clearTimeout(timer);
        return resolve(text);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error instanceof HttpProblem ? error : new HttpProblem('web/incomplete'));
      },
    );
  });
}
