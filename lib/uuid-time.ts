/** Milliseconds that 48 bits can hold: the year 10889. */
const MS_MAX = 0xffff_ffff_ffff;

/**
 * The smallest UUID whose first 48 bits are this time, for ranges over UUIDv7 keys (RFC 9562 5.7):
 * `uuidFloor(from) <= id && id < uuidFloor(to)` is `from <= time && time < to`.
 */
export function uuidFloor(at: Date): string {
  const milliseconds = Math.min(Math.max(Math.trunc(at.getTime()), 0), MS_MAX);
  const digits = milliseconds.toString(16).padStart(12, "0");
  return `${digits.slice(0, 8)}-${digits.slice(8)}-0000-0000-000000000000`;
}

/** When a UUIDv7 was made; null where the text is no UUIDv7. */
export function timeOfUuid(id: string): Date | null {
  const match = /^([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i.exec(id);
  return match ? new Date(Number.parseInt(`${match[1]}${match[2]}`, 16)) : null;
}
