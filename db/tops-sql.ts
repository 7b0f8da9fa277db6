/** What is told of traffic beside its total, with the number of keys that are kept of an hour or a day. */
export const TOP_KEYS = { country: 250, network: 200, path: 200, place: 400 } as const;
export type TopDimension = keyof typeof TOP_KEYS;

/** An hour with fewer requests is read request by request whenever it is asked for: no row is made of it. */
export const BUSY_HOUR = 256;

/** A path as a key is cut to this length. */
const KEY_LENGTH_MAX = 255;

/** The condition of `request_rows` that the guard turned the visitor away. */
export const REFUSED = "nature & 12 <> 0";
const COUNTED = `count(*) as requests, count(*) filter (where ${REFUSED}) as refused`;

/** Rows (key, requests, refused) of all keys of a dimension, counted from the requests that fit a condition. */
export function countedSql(dimension: TopDimension, condition: string, source = "request_rows"): string {
  switch (dimension) {
    case "country":
      return `select coalesce(country_code, '') as key, ${COUNTED} from ${source} where ${condition} group by 1`;
    case "network":
      return `
        select network::text as key, requests, refused
        from (select network, ${COUNTED} from ${source} where ${condition} group by 1) as counted`;
    case "path":
      return named("path", source, condition, `left(coalesce(counted.path, text), ${KEY_LENGTH_MAX})`);
    case "place":
      // Without coordinates there is nothing to show on a map.
      return `
        select * from (${named("place", source, condition, "coalesce(counted.place, text)")}) as placed
        where key not like '%|'`;
  }
}

// By the id first: of a million requests a few thousand texts are looked up. A text may be there with and without an id.
const named = (column: "path" | "place", source: string, condition: string, key: string) => `
  select ${key} as key, sum(requests) as requests, sum(refused) as refused
  from (
    select ${column}_id, ${column}, ${COUNTED} from ${source}
    where ${condition} and (${column}_id is not null or ${column} is not null) group by 1, 2
  ) as counted left join texts on texts.id = counted.${column}_id
  group by 1`;
