const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
const POOL_BYTES = 4096;
const pool = new Uint8Array(POOL_BYTES);
let used = POOL_BYTES;

/** A UUIDv7 (RFC 9562 section 5.7) of the given time in milliseconds, with 74 random bits. */
export function uuidAt(milliseconds: number): string {
  if (used + 10 > POOL_BYTES) {
    crypto.getRandomValues(pool);
    used = 0;
  }
  const time = Math.trunc(milliseconds).toString(16).padStart(12, "0");
  const byte = (at: number) => pool[used + at] as number;
  const hex = (at: number) => HEX[byte(at)] as string;
  const version = HEX[0x70 | (byte(0) & 0x0f)];
  const variant = HEX[0x80 | (byte(2) & 0x3f)];
  const tail = hex(4) + hex(5) + hex(6) + hex(7) + hex(8) + hex(9);
  const id = `${time.slice(0, 8)}-${time.slice(8)}-${version}${hex(1)}-${variant}${hex(3)}-${tail}`;
  used += 10;
  return id;
}
