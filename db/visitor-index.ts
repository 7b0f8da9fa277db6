// The index of visitors holds four bytes of a hash and the minute of a request. Postgres takes it only where a query says
// these two as the index does; what they leave open, the hash and the time in full decide.

/**
 * Whether a request of `alias` is of the visitor whose hash an expression gives. Of two plain comparisons Postgres would
 * take one to say nothing about the other, expect no more than one request, and sort all that a busy visitor made.
 */
export const isVisitor = (alias: string, hash: string): string =>
  `hash_key(${alias}.ip_hash) = hash_key(${hash}) and coalesce(${alias}.ip_hash = ${hash}, false)`;

/** Whether a request is of one of the visitors whose hashes, in hex, are in a parameter. */
export const isOneOf = (parameter: string): string => `
  hash_key(ip_hash) = any(array(select hash_key(decode(hash, 'hex')) from unnest(${parameter}::text[]) as hash))
  and ip_hash = any(array(select decode(hash, 'hex') from unnest(${parameter}::text[]) as hash))`;

/** A half-open span of time between two parameters, or expressions of ids. */
export const isWithin = (id: string, from: string, to: string): string =>
  `${id} >= ${from}::uuid and ${id} < ${to}::uuid and minute_of(${id}) between minute_of(${from}::uuid) and minute_of(${to}::uuid)`;

/** The order of time, of which the index gives the minutes. */
export const byTime = (id: string, order: "asc" | "desc"): string =>
  `order by minute_of(${id}) ${order}, ${id} ${order}`;
