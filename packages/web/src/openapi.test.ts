import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { callScopes } from './api/call-scopes.ts';
import { problemCodes } from './api/problem-codes.ts';
import { enrollPerson, openApiWorld, type ApiWorld } from './testing/api-world.ts';

interface Operation {
  readonly operationId: string;
  readonly security: readonly object[];
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
  }[];
  readonly requestBody?: {
    readonly required: boolean;
    readonly content: { readonly [type: string]: object };
  };
  readonly responses: {
    readonly [status: string]: {
      readonly description: string;
      readonly content: { readonly [type: string]: { readonly schema: Schema; readonly examples?: object } };
    };
  };
}

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: { readonly [name: string]: Schema };
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly additionalProperties?: unknown;
}

interface OpenApi {
  readonly openapi: string;
  readonly info: { readonly version: string };
  readonly paths: { readonly [path: string]: { readonly [method: string]: Operation } };
  readonly components: {
    readonly schemas: { readonly [name: string]: Schema };
    readonly securitySchemes: { readonly apiKey: object };
  };
}

async function readDocument(world: ApiWorld): Promise<OpenApi> {
  return (await world.send('GET', '/openapi.json', { key: null })).body as unknown as OpenApi;
}

function operationsOf({ paths }: OpenApi): readonly (readonly [string, Operation])[] {
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(
      ([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const,
    ),
  );
}

describe('the OpenAPI document', () => {
  test('has every route of the router, and the router every path of the document', async () => {
    const world = await openApiWorld({ api: { version: '9.8.7' } });
    const document = await readDocument(world);
    expect([document.openapi, document.info.version]).toEqual(['3.1.0', '9.8.7']);
    const routes = world.api.routes.map(({ method, path }) => `${method} ${path}`);
    expect(
      operationsOf(document)
        .map(([route]) => route)
        .toSorted(),
    ).toEqual(routes.toSorted());
  });

  test('names each call once, with its scopes, and says which need a key', async () => {
    const operations = operationsOf(await readDocument(await openApiWorld()));
    expect(operations.map(([, { operationId }]) => operationId).toSorted()).toEqual(
      Object.keys(callScopes).toSorted(),
    );
    for (const [route, { operationId, security }] of operations) {
      const isOpen = callScopes[operationId as keyof typeof callScopes] === null;
      expect([route, security]).toEqual([route, isOpen ? [] : [{ apiKey: [] }]]);
    }
  });

  test('resolves all of its references, and says where its parameters stand', async () => {
    const document = await readDocument(await openApiWorld());
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)];
    expect(references.length).toBeGreaterThan(10);
    for (const [, name] of references) expect(document.components.schemas).toHaveProperty(name!);
    for (const [route, { parameters = [] }] of operationsOf(document)) {
      const named = [...route.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const inPath = parameters.filter((parameter) => parameter.in === 'path');
      expect(inPath.map(({ name, required }) => [name, required])).toEqual(named.map((name) => [name, true]));
    }
  });

  test('has a problem document for every refusal, with examples whose type ends in a code', async () => {
    const document = await readDocument(await openApiWorld());
    const seen = new Set<string>();
    for (const [route, { responses }] of operationsOf(document)) {
      const answer = route === 'GET /metrics' ? 'text/plain' : 'application/json';
      for (const [status, { content }] of Object.entries(responses)) {
        const type = Number(status) < 300 ? answer : 'application/problem+json';
        expect(Object.keys(content)).toEqual([type]);
        for (const example of Object.values(content[type]!.examples ?? {}) as {
          value: { type: string; status: number };
        }[]) {
          expect(String(example.value.status)).toBe(status);
          seen.add(example.value.type.replace('urn:tidelock:error:', ''));
        }
      }
    }
    // A path that does not exist, a method that it lacks and a body that broke off are no affair of one call.
    const common = ['web/not-found', 'web/method-not-allowed', 'web/incomplete'];
    for (const code of Object.keys(problemCodes)) if (!common.includes(code)) expect(seen).toContain(code);
  });

  test('describes what the API answers: every member is in its schema, and every required one is there', async () => {
    const world = await openApiWorld();
    const document = await readDocument(world);
    const alice = await enrollPerson(world);
    const headers = { 'tidelock-proof': await alice.proof() };
    const samples: readonly [string, string, object?][] = [
      ['GET', alice.path],
      ['POST', `${alice.path}/factors`, { kind: 'totp' }],
      ['POST', `${alice.path}/challenges`, {}],
      ['POST', `${alice.path}/verify`, { code: alice.code() }],
      ['POST', `${alice.path}/verify`, { code: 'x' }],
      ['POST', `${alice.path}/reset`, { actor: 'a', reason: 'b' }],
      ['GET', `${alice.path}/recovery`],
      ['GET', `${alice.path}/events`],
      ['GET', '/livez'],
    ];
    for (const [method, path, body] of samples) {
      const reply = await world.send(method, path, { body, headers });
      const route = operationsOf(document).find(([known]) =>
        isSame(known, `${method} ${path}`, alice.factorId),
      )!;
      const [content] = Object.values(route[1].responses[String(reply.status)]!.content);
      expectShape(reply.body, content!.schema, document, `${method} ${path}`);
    }
  });

  test('shows no secret but the one of the enrollment, and takes none at all (C14)', async () => {
    const document = await readDocument(await openApiWorld());
    for (const [name, schema] of Object.entries(document.components.schemas)) {
      if (name === 'Enrollment') continue;
      expect(Object.keys(schema.properties ?? {})).not.toContain('secret');
    }
    for (const name of ['EnrollFactor', 'VerifyCode', 'RenameFactor', 'OpenChallenge', 'RedeemProof'])
      expect(document.components.schemas[name]!.additionalProperties).toBe(false);
  });
});

function isSame(pattern: string, route: string, factorId: string): boolean {
  return pattern.replace('{account}', 'alice').replace('{factorId}', factorId) === route;
}

function expectShape(value: unknown, schema: Schema, document: OpenApi, at: string): void {
  const known =
    schema.$ref === undefined ? schema : document.components.schemas[schema.$ref.split('/').at(-1)!]!;
  if (Array.isArray(value))
    return value.forEach((item) => expectShape(item, known.items!, document, `${at}[]`));
  if (typeof value !== 'object' || value === null) return;
  const properties = known.properties ?? {};
  for (const [name, member] of Object.entries(value)) {
    expect([at, name, Object.hasOwn(properties, name)]).toEqual([at, name, true]);
    expectShape(member, properties[name]!, document, `${at}.${name}`);
  }
  for (const name of known.required ?? [])
    expect([at, Object.keys(value)]).toEqual([at, expect.arrayContaining([name])]);
}

test('C12 the README of the package has every call of the document with its scopes', async () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8').replaceAll(/ +/g, ' ');
  for (const [route, { operationId }] of operationsOf(await readDocument(await openApiWorld()))) {
    const needed = callScopes[operationId as keyof typeof callScopes] ?? [];
    expect(readme).toContain(
      needed.length === 0 ? `| \`${route}\` | |` : `| \`${route}\` | ${needed.join(', ')} |`,
    );
  }
});
