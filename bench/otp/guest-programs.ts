import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface GuestProgram {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
}

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));

/** The libraries of other languages that this machine has; of each that it has not, a line says so. */
export function findGuests(folder: string): GuestProgram[] {
  return [pyotp(), liboath(folder)].flatMap((guest) => {
    if (typeof guest !== 'string') return [guest];
    console.log(guest);
    return [];
  });
}

/** With the first Python that has it: a version manager's often has nothing of the system's. */
function pyotp(): GuestProgram | string {
  const command = ['python3', '/usr/bin/python3'].find((each) => works(each, ['-c', 'import pyotp']));
  return command === undefined
    ? 'pyotp is not measured: no python3 here can import it (Debian: apt-get install python3-pyotp).'
    : { name: 'pyotp', command, args: [here('pyotp-peer.py')] };
}

function liboath(folder: string): GuestProgram | string {
  const command = join(folder, 'liboath-peer');
  return works('cc', ['-O2', '-o', command, here('liboath-peer.c'), '-loath'])
    ? { name: 'liboath', command, args: [] }
    : 'liboath is not measured: no C compiler here finds it (Debian: apt-get install gcc liboath-dev).';
}

function works(command: string, args: readonly string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
