/** Every fault of the command and the service themselves, by its code; `docs/errors.md` says what to do. */
export const serviceErrorCodes = {
  'service/setting': 'A variable of the environment is wrong.',
  'service/keys-missing': 'The store holds data, and there are no keys to open it.',
  'service/keys-file': 'The keys file cannot be used.',
  'service/vault': 'The vault does not open the master keys.',
  'service/first-run-unclear': 'A first run broke off, and what it left does not fit together.',
  'service/port-taken': 'The port is taken.',
  'service/cannot-listen': 'The service cannot listen there.',
} as const;

/** A key of {@link serviceErrorCodes}. */
export type ServiceErrorCode = keyof typeof serviceErrorCodes;

/** Why the service does not start. The message says what was found and what to do, and holds no key. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly code: ServiceErrorCode;

  constructor(code: ServiceErrorCode, detail: string, cause?: unknown) {
    super(`${serviceErrorCodes[code]} ${detail}`, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
