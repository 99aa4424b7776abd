const slotCount = 16_384;
const polynomial = 0x10_21;

/** The slot of a key as the specification of Redis Cluster has it: CRC16 (XMODEM) of what stands in the first braces. */
export function hashSlotOf(key: string): number {
  const tag = /\{([^}]+)\}/.exec(key)?.[1] ?? key;
  let crc = 0;
  for (const byte of new TextEncoder().encode(tag)) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x80_00) === 0 ? crc << 1 : (crc << 1) ^ polynomial;
    crc &= 0xff_ff;
  }
  return crc % slotCount;
}
