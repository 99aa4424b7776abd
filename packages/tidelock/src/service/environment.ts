import { ServiceError } from '../service-error.ts';

/** The variables of a process, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A variable's value; null where it is empty or not set. */
export function valueOf(environment: Environment, name: string): string | null {
  const value = environment[name]?.trim() ?? '';
  return value === '' ? null : value;
}

/** A wrong setting: the name of the variable, and what is expected. SECURITY: never its value, which may be secret. */
export function wrong(name: string, expected: string): ServiceError {
  return new ServiceError('service/setting', `${name} ${expected}`);
}
