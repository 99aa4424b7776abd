/** A field of a protocol buffer message that is a number. Negative ones are drawn out to 64 bits, as an int32 is written. */
export function numberField(field: number, value: bigint): Uint8Array {
  return Uint8Array.from([...varint(BigInt(field << 3)), ...varint(BigInt.asUintN(64, value))]);
}

/** A field that is bytes, text or another message. */
export function bytesField(field: number, value: Uint8Array): Uint8Array {
  return Buffer.concat([
    Uint8Array.from([...varint(BigInt((field << 3) | 2)), ...varint(BigInt(value.length))]),
    value,
  ]);
}

function varint(value: bigint): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80n) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  return [...bytes, Number(rest)];
}
