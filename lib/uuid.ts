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
  const version = HEX[0x70 | ((pool[used] as number) & 0x0f)];
  const variant = HEX[0x80 | ((pool[used + 2] as number) & 0x3f)];
  const start = `${time.slice(0, 8)}-${time.slice(8)}-${version}${hexAt(1)}-${variant}${hexAt(3)}-`;
  const id = start + hexAt(4) + hexAt(5) + hexAt(6) + hexAt(7) + hexAt(8) + hexAt(9);
  used += 10;
  return id;
}

function hexAt(at: number): string {
  return HEX[pool[used + at] as number] as string;
}
