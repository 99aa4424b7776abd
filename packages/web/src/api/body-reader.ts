import { z } from '@hono/zod-openapi';
import { invalidRequest, type InvalidPlace } from './problem.ts';
import type { JsonObject } from './read-body.ts';

/** JSON knows no `undefined`: an optional member is there, or it is not. */
export type Present<Body> = { readonly [Member in keyof Body]: Exclude<Body[Member], undefined> };

/** How a call reads its body, and how the OpenAPI document shows it. */
export interface BodyReader<Body> {
  readonly schema: z.ZodType;
  /** @throws HttpProblem `web/invalid` */
  read(body: JsonObject): Body;
}

/**
 * A body whose members are all known here: one that is not is an error of the caller, who believes it to have an effect.
 * SECURITY: rule 5, so a `secret` in an enrollment is refused and never taken (C14).
 */
export function strictBody<Shape extends z.core.$ZodLooseShape>(
  name: string,
  shape: Shape,
): BodyReader<Present<z.output<z.ZodObject<Shape>>>> {
  const schema = z.strictObject(shape);
  return {
    schema: schema.openapi(name),
    read: (body) => checked(schema, body) as Present<z.output<z.ZodObject<Shape>>>,
  };
}

/** What takes a code: the code as it came, and the other members checked. */
export type CodeBody<Shape extends z.core.$ZodLooseShape> = {
  readonly code: unknown;
} & Partial<Present<z.output<z.ZodObject<Shape>>>>;

/**
 * A body with a code. SECURITY: A8, a `code` that is absent or no string goes to the engine whatever stands beside it,
 * and is counted there; a body that spells the name wrongly must not be a way to guess without being counted.
 */
export function codeBody<Shape extends z.core.$ZodLooseShape>(
  name: string,
  shape: Shape,
): BodyReader<CodeBody<Shape>> {
  const code = z.string().openapi({
    description: 'As it was typed: a one-time code, or a backup code where the call takes one.',
    example: '482910',
  });
  const schema = z.strictObject({ code, ...shape });
  return {
    schema: schema.openapi(name),
    read: (body) =>
      (typeof body['code'] === 'string' ? checked(schema, body) : { code: body['code'] }) as CodeBody<Shape>,
  };
}

/** A body with two or three codes in a row. SECURITY: A8, as {@link codeBody}: what is no such list is counted by the engine. */
export function codesBody(name: string): BodyReader<{ readonly codes: unknown }> {
  const codes = z.array(z.string()).min(2).max(3);
  const described = codes.openapi({
    description: 'Two or three codes that the device showed one after the other, in that order.',
    example: ['482910', '137264'],
  });
  const schema = z.strictObject({ codes: described });
  return {
    schema: schema.openapi(name),
    read: (body) =>
      codes.safeParse(body['codes']).success
        ? (checked(schema, body) as { readonly codes: unknown })
        : { codes: body['codes'] },
  };
}

/** Checks any input by its schema. @throws HttpProblem `web/invalid`, with the places and none of the values. */
export function checked(schema: z.ZodType, input: unknown): unknown {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw invalidRequest(result.error.issues.slice(0, placesMax).map((issue) => placeOf(issue, schema)));
}

const placesMax = 20;

function placeOf(issue: z.core.$ZodIssue, schema: z.ZodType): InvalidPlace {
  const at = issue.path.map((name) => `/${String(name)}`).join('');
  // The name of an unknown member is the caller's own text, and not echoed.
  if (issue.code === 'unrecognized_keys' && schema instanceof z.ZodObject)
    return { at, message: `A member is unknown here. Known are: ${Object.keys(schema.shape).join(', ')}.` };
  return { at, message: issue.message };
}
