import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { errnoOf } from './errno.ts';

const bytesMax = 64 * 1024;
const draftBytes = 6;
const triesMax = 3;

/** What a file shall hold; what is too long for the memory is given as a function that makes it, anew at each call. */
export type FileContent = string | Uint8Array | (() => AsyncIterable<string>);

/**
 * Writes a file that only its owner may read (0600), whole and durable or not at all, and never over another one.
 * A folder that is missing is made, for its owner alone (0700).
 *
 * @returns false where there is a file already, which is left as it is.
 */
export async function writePrivateFile(path: string, content: FileContent): Promise<boolean> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (let tries = 1; ; tries++) {
    try {
      await writeAndLink(path, content);
      break;
    } catch (error) {
      if (errnoOf(error) === 'EEXIST') return false;
      // Another process took our draft for one that was left behind.
      if (errnoOf(error) !== 'ENOENT' || tries === triesMax) throw error;
    }
  }
  await syncFolder(folder);
  return true;
}

async function writeAndLink(path: string, content: FileContent): Promise<void> {
  const draft = `${path}.${randomBytes(draftBytes).toString('hex')}.tmp`;
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(typeof content === 'function' ? content() : content);
      await file.sync();
    } finally {
      await file.close();
    }
    // A link fails where the name is taken, which a rename does not.
    await link(draft, path);
  } finally {
    await unlink(draft).catch(() => undefined);
  }
}

/** A file's text and whether others than its owner may read it; null where there is none. */
export async function readPrivateFile(
  path: string,
): Promise<{ readonly text: string; readonly isPrivate: boolean } | null> {
  try {
    const { mode, size } = await stat(path);
    if (size > bytesMax) throw new RangeError(`It has more than ${bytesMax} bytes.`);
    return { text: await readFile(path, 'utf8'), isPrivate: (mode & 0o077) === 0 };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw error;
  }
}

/** Removes a file for good; one that is gone already is fine. */
export async function removeFile(path: string): Promise<void> {
  await unlink(path).catch((error: unknown) => {
    if (errnoOf(error) !== 'ENOENT') throw error;
  });
  await syncFolder(dirname(path));
}

/** Removes what processes left behind that were killed while they wrote this file: it holds what the file was to hold. */
export async function removeDrafts(path: string): Promise<void> {
  const name = basename(path);
  for (const other of await readdir(dirname(path))) {
    const isDraft = other.startsWith(`${name}.`) && /^\.[0-9a-f]{12}\.tmp$/.test(other.slice(name.length));
    if (isDraft) await removeFile(join(dirname(path), other));
  }
}

/** A new name is durable only when its folder is; Windows has no such call, and needs none. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
