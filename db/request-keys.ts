import { type SQL, sql } from "drizzle-orm";

// The index `request_rows_keys` holds numbers for what a request can be found by beside its visitor and its time: see the
// function `request_keys` of the migrations. Two things may share a number, so that every condition here only finds, and
// stands beside another one that says in full what is wanted.

const COLUMNS = ["path_id", "network", "country_code", "status", "nature", "signals"] as const;

/** The numbers of a row of `request_rows`, by the words of the index. */
export const keysOf = (alias: string): string =>
  `request_keys(${COLUMNS.map((name) => `${alias}.${name}`).join(", ")})`;

/** Places of the numbers of a network: that of the wider range that it lies in, and those of its own. */
export type NetworkNumbers = "1:1" | "2:3";
const around = (alias: string, numbers: NetworkNumbers) =>
  [`${keysOf(alias)} @> (request_keys(null, `, `, null, null, null, null))[${numbers}]`] as const;

/** Whether a request may be from a network, of which an expression gives the range as it is stored. */
export const mayBeFrom = (alias: string, network: string): string => around(alias, "2:3").join(network);

/** The same of a range that is bound as a parameter; by `1:1` whether it may be from the /16 or /32 that holds the range. */
export function mayBeFromRange(alias: string, range: string, numbers: NetworkNumbers = "2:3"): SQL {
  const [before, after] = around(alias, numbers);
  return sql`${sql.raw(before)}${range}::cidr${sql.raw(after)}`;
}

const OWN_PATH = 1;
const MISSING_SCRIPT = 2;
/** Whether it may have a path that is not among the texts. */
export const mayHaveOwnPath = (alias: string): string => `${keysOf(alias)} @> array[${OWN_PATH}]`;
/** Whether it may have asked for a script that was not there. */
export const mayMissScript = (alias: string): string => `${keysOf(alias)} @> array[${MISSING_SCRIPT}]`;

const SORTS = 4096;
const STATUS_CLASSES = 10;
const CODES = 8;
/** A GET of a page or a file that was answered with 2xx: nearly every request, which therefore has no number. */
const COMMON = { statusClass: 2, method: 1, kinds: [0, 4] };

type Sort = { statusClass: number | null; method: number | null; kind: number | null };

/**
 * Whether a request may be of a sort: by the first digit of its status, the code of its method and that of its kind, each
 * null where any will do. Null where what nearly every request is would be among it.
 */
export function mayBeSort(alias: string, sort: Sort): string | null {
  const wanted = (given: number | null, count: number) =>
    given === null ? Array.from({ length: count }, (_, code) => code) : [given];
  const keys: number[] = [];
  for (const statusClass of wanted(sort.statusClass, STATUS_CLASSES))
    for (const method of wanted(sort.method, CODES))
      for (const kind of wanted(sort.kind, CODES)) {
        const isCommon =
          statusClass === COMMON.statusClass && method === COMMON.method && COMMON.kinds.includes(kind);
        if (isCommon) return null;
        keys.push(SORTS + (statusClass << 6) + (method << 3) + kind);
      }
  return `${keysOf(alias)} && array[${keys.join(", ")}]`;
}
