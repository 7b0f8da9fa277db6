/**
 * The registers of `lib/hyperloglog` said in SQL, of the column `ip_hash`: 12 bits of a hash are the number of the
 * register, the next 32 tell the rank. A float's exponent is the position of a number's first one.
 */
export const SKETCH_REGISTER = "((get_byte(ip_hash, 0) << 4) | (get_byte(ip_hash, 1) >> 4))";
// Postgres' operators of bits all bind alike: every shift stands in brackets.
const byteOf = (bytes: string, place: number) => `get_byte(${bytes}, ${place})`;
const shifted = (byte: string, by: number) => `(${byte}::bigint << ${by})`;
const REST = `(${[
  shifted(`(${byteOf("ip_hash", 1)} & 15)`, 28),
  shifted(byteOf("ip_hash", 2), 20),
  shifted(byteOf("ip_hash", 3), 12),
  shifted(byteOf("ip_hash", 4), 4),
  `(${byteOf("ip_hash", 5)} >> 4)`,
].join(" | ")})`;
const FLOAT = `float8send(${REST}::float8)`;
const EXPONENT = `((${byteOf(FLOAT, 0)} & 127) << 4) + (${byteOf(FLOAT, 1)} >> 4) - 1023`;
export const SKETCH_RANK = `case when ${REST} = 0 then 33 else 32 - (${EXPONENT}) end`;

/** The sketch of rows (register, rank), each register once: three bytes of each, or all of them in their order. */
export const SKETCH_OF_REGISTERS = `
  case when count(*) <= 1364
    then string_agg(decode(lpad(to_hex((register << 6) | rank), 6, '0'), 'hex'), '' order by register)
    else (
      select string_agg(decode(lpad(to_hex(coalesce(held.rank, 0)), 2, '0'), 'hex'), '' order by place)
      from generate_series(0, 4095) as place
        left join unnest(array_agg(register), array_agg(rank)) as held (register, rank) on held.register = place
    ) end`;
