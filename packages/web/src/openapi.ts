import { OpenAPIHono, z } from '@hono/zod-openapi';
import { errorCodes, type ErrorCode } from '@tidelock/engine';
import { defineCall, ok, type Call } from './api/call.ts';
import { callScopes } from './api/call-scopes.ts';
import { faultStatus } from './api/fault-status.ts';
import { problemCodes, type ProblemCode } from './api/problem-codes.ts';

type RouteConfig = Parameters<OpenAPIHono['openAPIRegistry']['registerPath']>[0];
type Responses = RouteConfig['responses'];

/** What every call may be refused with that needs an API key, and what those that take a body or name an account add. */
const keyedRefusals = [
  'web/unauthenticated',
  'web/forbidden-scope',
  'web/too-many-requests',
  'store/unavailable',
] as const;
const bodyRefusals = [
  'web/invalid',
  'web/not-json',
  'web/too-large',
  'web/wrong-type',
  'web/timeout',
] as const;
const everyRefusal = ['web/internal'] as const;

const problemSchema = z
  .looseObject({
    type: z.string().openapi({ description: 'Ends in the code of the error.' }),
    title: z.string(),
    status: z.int(),
    detail: z.string().optional(),
    instance: z.string().openapi({ description: 'The id of the request, as in the log.' }),
    errors: z
      .array(z.object({ at: z.string(), message: z.string() }))
      .optional()
      .openapi({ description: 'Where the request is not of the form that the call takes.' }),
    outcome: z.enum(['rejected', 'locked']).optional(),
    reason: z.enum(['wrong', 'malformed', 'expired']).optional(),
    attemptsLeft: z.int().optional(),
    advice: z.enum(['set-clock']).optional().openapi({
      description: "The code is right at another time of day: the device's clock is off.",
    }),
    until: z.iso.datetime().optional(),
  })
  .openapi('Problem', { description: 'RFC 9457.' });

/** Members that the documents of these codes have besides. */
const exampleMembers: { readonly [code in ProblemCode]?: object } = {
  'web/code-rejected': { outcome: 'rejected', reason: 'wrong', attemptsLeft: 4 },
  'web/proof-rejected': { outcome: 'rejected', reason: 'expired' },
  'web/locked': { outcome: 'locked', until: '2026-11-22T18:31:00.000Z' },
  'web/invalid': { errors: [{ at: '/ticket', message: 'Invalid input: expected string, received number' }] },
};

/** The call that gives the document: it describes the other calls, and itself. */
export function openApiCall(others: readonly Call[], version: string): Call {
  let document: object | null = null;
  const call: Call = defineCall({
    name: 'getOpenApi',
    method: 'get',
    path: '/openapi.json',
    summary: 'This document',
    answers: { 200: z.looseObject({ openapi: z.string() }).openapi('OpenApiDocument') },
    refusals: [],
    // Made when it is first asked for: most processes never are.
    handle: async () => ok((document ??= openApiDocument([...others, call], version))),
  });
  return call;
}

/** An OpenAPI 3.1 document, generated from the schemas that the calls are checked by. */
export function openApiDocument(calls: readonly Call[], version: string): object {
  const { openAPIRegistry: registry, getOpenAPI31Document } = new OpenAPIHono();
  registry.registerComponent('securitySchemes', 'apiKey', {
    type: 'http',
    scheme: 'bearer',
    description: 'An API key. The tenant comes from the key, and from nowhere else.',
  });
  for (const call of calls) registry.registerPath(describeCall(call));
  return getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Tidelock',
      version,
      description:
        'Two-factor authentication. 2xx exactly when it was accepted; every other answer is a problem document.',
      license: { name: 'MIT' },
    },
  });
}

function describeCall({
  name,
  method,
  path,
  summary,
  description,
  body,
  bodyIsOptional,
  query,
  takesProof,
  ...call
}: Call): RouteConfig {
  const needed = callScopes[name];
  const params = parametersOf(path);
  const headers = z.object({
    'Tidelock-Proof': z.string().max(256).optional().openapi({
      description:
        'The proof of a ticket with the purpose `manage`; needed once the account has an active factor.',
    }),
  });
  const scopeLine = needed === null ? 'Needs no API key.' : `Scopes: ${needed.join(', ')} (any of them).`;
  return {
    operationId: name,
    method,
    path,
    summary,
    description: description === undefined ? scopeLine : `${description} ${scopeLine}`,
    security: needed === null ? [] : [{ apiKey: [] }],
    request: {
      ...(params === null ? {} : { params }),
      ...(query === undefined ? {} : { query }),
      ...(takesProof === true ? { headers } : {}),
      ...(body === undefined
        ? {}
        : {
            body: {
              required: bodyIsOptional !== true,
              content: { 'application/json': { schema: body.schema } },
            },
          }),
    },
    responses: {
      ...describeAnswers(call.answers, call.answersText === true ? 'text/plain' : 'application/json'),
      ...describeRefusals(refusalsOf({ ...call, name, body, path } as Call)),
    },
  };
}

function parametersOf(path: string): z.ZodObject | null {
  const names = [...path.matchAll(/\{([a-zA-Z]+)\}/g)].map(([, name]) => name!);
  if (names.length === 0) return null;
  const description = 'The user id of your own, percent-encoded; 1 to 200 characters.';
  const schemas = names.map((name) =>
    name === 'account' ? z.string().openapi({ description, example: 'user-1' }) : z.string(),
  );
  return z.object(Object.fromEntries(names.map((name, index) => [name, schemas[index]!])));
}

function describeAnswers(answers: Call['answers'], type: 'application/json' | 'text/plain'): Responses {
  const described = Object.entries(answers).map(([status, schema]) => [
    status,
    {
      description: status === '201' ? 'Created.' : 'Done.',
      content: { [type]: { schema } },
    },
  ]);
  return Object.fromEntries(described) as Responses;
}

function refusalsOf({ name, body, path, query, refusals, answersSecret }: Call) {
  return [
    ...refusals,
    ...(callScopes[name] === null ? [] : keyedRefusals),
    ...(body === undefined ? [] : bodyRefusals),
    ...(path.includes('{') || query !== undefined ? (['web/invalid'] as const) : []),
    ...(answersSecret === true ? (['web/insecure-transport'] as const) : []),
    ...everyRefusal,
  ];
}

/** One response for each status, with an example for each code that has it. */
function describeRefusals(codes: readonly (ProblemCode | ErrorCode)[]): Responses {
  const byStatus = Map.groupBy(new Set(codes), (code) => titleAndStatus(code).status);
  const responses = [...byStatus].map(([status, sharing]) => {
    const examples = sharing.map((code) => [code.slice(code.indexOf('/') + 1), { value: exampleOf(code) }]);
    const content = {
      'application/problem+json': { schema: problemSchema, examples: Object.fromEntries(examples) as object },
    };
    const description = sharing.map((code) => titleAndStatus(code).title).join(' Or: ');
    return [status, { description, content, ...(saysWhen.has(status) ? { headers: retryAfter } : {}) }];
  });
  return Object.fromEntries(responses) as Responses;
}

/** The statuses whose answers say when the same request may succeed. */
const saysWhen: ReadonlySet<number> = new Set([429, 503]);
const retryAfter = {
  'Retry-After': {
    description: 'After how many seconds another try may help.',
    schema: { type: 'integer', minimum: 1 },
  },
} as const;

function exampleOf(code: ProblemCode | ErrorCode): object {
  const { title, status } = titleAndStatus(code);
  const instance = 'urn:uuid:3f1c2b1a-6a4e-4f0e-9d53-0c2c3a5a7e10';
  const members = isProblemCode(code) ? exampleMembers[code] : {};
  return { type: `urn:tidelock:error:${code}`, title, status, instance, ...members };
}

function titleAndStatus(code: ProblemCode | ErrorCode): { readonly title: string; readonly status: number } {
  return isProblemCode(code) ? problemCodes[code] : { title: errorCodes[code], status: faultStatus[code] };
}

function isProblemCode(code: ProblemCode | ErrorCode): code is ProblemCode {
  return Object.hasOwn(problemCodes, code);
}
