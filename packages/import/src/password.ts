import { ImportError } from './import-error.ts';

/** @throws ImportError `import/password-required` */
export function assertPassword(password: string | undefined): string {
  if (password !== undefined) return password;
  throw new ImportError(
    'import/password-required',
    'The file is encrypted. Give the password that the app asked for when it was exported, as `password`.',
  );
}

export function wrongPassword(): ImportError {
  return new ImportError(
    'import/wrong-password',
    'The password does not open this file: it is another one, or the file was altered since.',
  );
}
