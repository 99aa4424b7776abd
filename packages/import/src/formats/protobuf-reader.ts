import { ImportError } from '../import-error.ts';
import { limits } from '../limits.ts';

/** One field of a message: a number, or bytes. Groups, which nobody writes any more, are refused. */
export interface ProtobufField {
  readonly number: number;
  readonly value: bigint | Uint8Array;
}

/** A varint has at most ten bytes: 64 bits in groups of seven. */
const varintBytesMax = 10;
const fieldNumberMax = 2n ** 29n - 1n;

/**
 * The fields of a protocol buffer message, in order. It never reads past the end, and never more fields than
 * `protobufFieldsMax`.
 *
 * @see https://protobuf.dev/programming-guides/encoding/
 * @throws ImportError `import/malformed`
 */
export function* protobufFields(bytes: Uint8Array): Generator<ProtobufField> {
  let at = 0;
  let count = 0;
  while (at < bytes.length) {
    count += 1;
    if (count > limits.protobufFieldsMax) throw refusal('it has too many fields');
    const tag = readVarint(bytes, at);
    const number = tag.value >> 3n;
    if (number < 1n || number > fieldNumberMax) throw refusal('a field has an impossible number');
    const { value, end } = readValue(bytes, tag.end, { wireType: Number(tag.value & 7n) });
    yield { number: Number(number), value };
    at = end;
  }
}

interface Read<Value> {
  readonly value: Value;
  readonly end: number;
}

function readValue(
  bytes: Uint8Array,
  at: number,
  { wireType }: { readonly wireType: number },
): Read<bigint | Uint8Array> {
  if (wireType === 0) return readVarint(bytes, at);
  if (wireType === 1) return readBytes(bytes, at, { length: 8n });
  if (wireType === 5) return readBytes(bytes, at, { length: 4n });
  if (wireType !== 2) throw refusal('a field has an impossible type');
  const length = readVarint(bytes, at);
  return readBytes(bytes, length.end, { length: length.value });
}

function readVarint(bytes: Uint8Array, at: number): Read<bigint> {
  let value = 0n;
  for (let index = 0; index < varintBytesMax; index++) {
    const byte = bytes[at + index];
    if (byte === undefined) throw refusal('it is cut off within a number');
    value |= BigInt(byte & 0x7f) << BigInt(index * 7);
    if (byte < 0x80) {
      if (value >= 2n ** 64n) throw refusal('a number has more than 64 bits');
      return { value, end: at + index + 1 };
    }
  }
  throw refusal('a number has more than ten bytes');
}

function readBytes(bytes: Uint8Array, at: number, { length }: { readonly length: bigint }): Read<Uint8Array> {
  if (length > BigInt(bytes.length - at)) throw refusal('it is cut off within a field');
  const end = at + Number(length);
  return { value: bytes.subarray(at, end), end };
}

function refusal(reason: string): ImportError {
  return new ImportError(
    'import/malformed',
    `This export of Google Authenticator cannot be read: ${reason}. Scan its QR code again.`,
  );
}
