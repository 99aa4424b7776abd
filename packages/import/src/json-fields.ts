import { ImportError } from './import-error.ts';

/** An object of JSON, of which only its own fields are looked at. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The object itself, or null for anything else. */
export function asObject(value: unknown): JsonObject | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
}

/** @throws ImportError `import/malformed` */
export function assertObject(value: unknown): JsonObject {
  const object = asObject(value);
  if (object === null) throw malformed('it is no object');
  return object;
}

/** A field of its own, never one of a prototype. */
export function field(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** A text; absent and null are an empty one. @throws ImportError `import/malformed` */
export function textField(object: JsonObject, name: string): string {
  const value = field(object, name) ?? '';
  if (typeof value !== 'string') throw malformed(`its field ${name} is no text`);
  return value;
}

/** A number; absent and null are undefined. @throws ImportError `import/malformed` */
export function numberField(object: JsonObject, name: string): number | undefined {
  const value = field(object, name) ?? undefined;
  if (value !== undefined && typeof value !== 'number') throw malformed(`its field ${name} is no number`);
  return value;
}

/** @throws ImportError `import/malformed` */
export function arrayField(object: JsonObject, name: string): readonly unknown[] {
  const value = field(object, name);
  if (!Array.isArray(value)) throw malformed(`its field ${name} is no list`);
  return value;
}

export function malformed(reason: string): ImportError {
  return new ImportError(
    'import/malformed',
    `This is not what its format prescribes: ${reason}. Export it again; the file may be damaged or cut off.`,
  );
}
