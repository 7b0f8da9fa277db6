/** A MaxMind DB file, or a part of it, that no reader should be let near. */
export class DamagedDatabaseError extends Error {
  override readonly name = "DamagedDatabaseError";
}

/** The bytes between which values lie; pointers count from `start`. */
export type Section = { readonly buffer: Buffer; readonly start: number; readonly end: number };

const MARKER = Buffer.from("\xab\xcd\xefMaxMind.com", "latin1");
const METADATA_SIZE_MAX = 128 * 1024;
const DEPTH_MAX = 64;
// Values and their bytes in one record, pointers followed: real ones stay below 5,000.
const COST_MAX = 16_384;

const POINTER = 1;
const TEXT = 2;
const DOUBLE = 3;
const BYTES = 4;
const MAP = 7;
const ARRAY = 11;
const BOOLEAN = 14;
/** Fewest and most bytes of the scalar types. */
const SCALAR_SIZES: Readonly<Record<number, readonly [min: number, max: number]>> = {
  [TEXT]: [0, COST_MAX],
  [DOUBLE]: [8, 8],
  [BYTES]: [0, COST_MAX],
  5: [0, 2],
  6: [0, 4],
  8: [0, 4],
  9: [0, 8],
  10: [0, 16],
  [BOOLEAN]: [0, 1],
  15: [4, 4],
};

type Head = { type: number; size: number; target: number; next: number };

/**
 * Where the metadata of a MaxMind DB lie (MaxMind DB format 2.0, "Database Metadata"), checked like a record.
 * @throws DamagedDatabaseError
 */
export function metadataSection(buffer: Buffer): Section & { readonly markerStart: number } {
  const searched = Math.max(0, buffer.length - METADATA_SIZE_MAX - MARKER.length);
  const found = buffer.subarray(searched).lastIndexOf(MARKER);
  if (found < 0) {
    const isPacked = buffer[0] === 0x1f && buffer[1] === 0x8b;
    throw new DamagedDatabaseError(
      isPacked ? "it is packed: run gunzip first" : "it has no metadata: not a MaxMind DB, or cut short",
    );
  }
  const markerStart = searched + found;
  const section = { buffer, start: markerStart + MARKER.length, end: buffer.length, markerStart };
  // The reader looks for the marker byte by byte and stumbles over a second beginning of it.
  if (buffer.includes("MaxMind.com", section.start, "latin1")) throw new DamagedDatabaseError("two markers");
  if (headAt(section, section.start).type !== MAP) throw new DamagedDatabaseError("its metadata are no map");
  checkValue(section, section.start);
  return section;
}

/**
 * Walks a value as a reader would, with bounds on depth and cost. The readers have none: an array of 16 million
 * announced elements within another, or pointers that double at each step, take all memory or all time.
 * @throws DamagedDatabaseError
 */
export function checkValue(section: Section, offset: number): void {
  let cost = 0;
  const visit = (at: number, depth: number): number => {
    if (depth > DEPTH_MAX) throw new DamagedDatabaseError("a record is nested too deep");
    const { type, size, target, next } = headAt(section, at);
    const scalar = SCALAR_SIZES[type];
    cost += type === TEXT || type === BYTES ? size + 1 : 1;
    if (cost > COST_MAX) throw new DamagedDatabaseError("a record is too large");
    if (type === POINTER) {
      visit(target, depth + 1);
      return next;
    }
    if (type === MAP || type === ARRAY) {
      let index = next;
      for (let count = 0; count < size; count++) {
        if (type === MAP) {
          requireText(section, index);
          index = visit(index, depth + 1);
        }
        index = visit(index, depth + 1);
      }
      return index;
    }
    if (!scalar || size < scalar[0] || size > scalar[1]) {
      throw new DamagedDatabaseError(`type ${type} with ${size} bytes at offset ${at}`);
    }
    if (type === BOOLEAN) return next;
    requireBytes(section, next, size);
    if (type === DOUBLE) requireMeasure(section.buffer.readDoubleBE(next), at);
    return next + size;
  };
  visit(offset, 0);
}

function requireText(section: Section, at: number): void {
  const head = headAt(section, at);
  const type = head.type === POINTER ? headAt(section, head.target).type : head.type;
  if (type !== TEXT) throw new DamagedDatabaseError(`a key of type ${type} at offset ${at}`);
}

// Digits written as text into the place of a double ("-37.8159") read as a number of 40 zeros and more.
function requireMeasure(value: number, at: number): void {
  if (value !== 0 && Math.abs(value) < 1e-30) throw new DamagedDatabaseError(`no double at offset ${at}`);
}

function requireBytes({ start, end }: Section, at: number, size: number): void {
  if (at < start || at + size > end) throw new DamagedDatabaseError(`offset ${at} is outside of the data`);
}

/** The control byte of a value and what belongs to it: type and size, or the target of a pointer. */
function headAt(section: Section, at: number): Head {
  const { buffer } = section;
  requireBytes(section, at, 1);
  const control = buffer.readUInt8(at);
  let type = control >> 5;
  let next = at + 1;
  if (type === POINTER) {
    const length = ((control >> 3) & 3) + 1;
    requireBytes(section, next, length);
    const rest = buffer.readUIntBE(next, length);
    const packed = length === 4 ? rest : (control & 7) * 256 ** length + rest;
    const base = [0, 2048, 526_336, 0][length - 1] ?? 0;
    return { type, size: 0, target: section.start + base + packed, next: next + length };
  }
  if (type === 0) {
    requireBytes(section, next, 1);
    type = buffer.readUInt8(next) + 7;
    next++;
    if (type < 8) throw new DamagedDatabaseError(`an unknown type at offset ${at}`);
  }
  const short = control & 31;
  if (short < 29) return { type, size: short, target: 0, next };
  const length = short - 28;
  requireBytes(section, next, length);
  const base = [29, 285, 65_821][length - 1] ?? 0;
  return { type, size: base + buffer.readUIntBE(next, length), target: 0, next: next + length };
}
