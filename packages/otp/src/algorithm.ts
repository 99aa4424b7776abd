import type { Hash } from './hash/hash.ts';
import { fastSha1, fastSha256, fastSha512 } from './kernel/fast-hashes.ts';

/** The hash under the HMAC, as `otpauth` URIs write it. SHA-1 is what every app reads; several silently ignore the others. */
export type Algorithm = 'SHA1' | 'SHA256' | 'SHA512';

/** The hash of that name. @throws RangeError for any other name: there is no falling back. */
export function hashOf(algorithm: Algorithm): Hash {
  switch (algorithm) {
    case 'SHA1':
      return fastSha1();
    case 'SHA256':
      return fastSha256();
    case 'SHA512':
      return fastSha512();
    default:
      throw new RangeError('algorithm must be SHA1, SHA256 or SHA512.');
  }
}
