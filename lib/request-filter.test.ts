import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatIp } from "@/lib/ip";
import {
  handleOf,
  KINDS,
  METHODS,
  parseAddressQuery,
  parseRequestFilter,
  type RequestFilter,
  requestQuery,
  STATUS_CLASSES,
  spanOf,
  visitorTarget,
} from "@/lib/request-filter";

const now = new Date("2025-11-22T12:00:00.000Z");
const read = (query: string) => parseRequestFilter(Object.fromEntries(new URLSearchParams(query)), now);

describe("parseRequestFilter", () => {
  test("an empty query is the last 24 hours of everything", () => {
    const { filter, cursor } = read("");
    expect(filter).toEqual({
      range: "24h",
      span: null,
      address: "",
      path: "",
      method: null,
      verdict: null,
      country: null,
      status: null,
      kind: null,
    });
    expect(cursor).toEqual({ before: null, after: null });
    expect(spanOf(filter, now).from.toISOString()).toBe("2025-11-21T12:00:00.000Z");
  });

  test("nonsense is left out instead of failing the link", () => {
    const { filter, cursor } = read("range=9y&verdict=maybe&country=Nigeria&status=7xx&before=1&method=%00");
    expect(filter).toMatchObject({ range: "24h", verdict: null, country: null, status: null, method: null });
    expect(cursor.before).toBeNull();
    expect(parseRequestFilter({ path: ["/a", "/b"], verdict: undefined }, now).filter.path).toBe("/a");
  });

  test("a time without a zone is UTC, and a span that ends before it starts is none", () => {
    expect(read("from=2025-11-22T10:00&to=2025-11-22T11:00").filter.span?.from.toISOString()).toBe(
      "2025-11-22T10:00:00.000Z",
    );
    expect(read("from=2025-11-22T10:00:00%2B02:00").filter.span).toEqual({
      from: new Date("2025-11-22T08:00:00Z"),
      to: now,
    });
    expect(read("from=2025-11-22T11:00&to=2025-11-22T10:00").filter.span).toBeNull();
    expect(read("from=0001-01-01T00:00").filter.span).toBeNull();
  });

  test("what is written into a URL is read back as it was", () => {
    const any = <T>(...values: readonly T[]) => fc.constantFrom(null, ...values);
    const date = fc.date({ min: new Date("2025-01-01"), max: new Date("2025-06-01"), noInvalidDate: true });
    const filters = fc.record({
      range: fc.constantFrom("1h", "24h", "7d", "30d"),
      span: fc.option(fc.record({ from: date, to: fc.constant(new Date("2025-07-01")) })),
      address: fc.constantFrom("", "203.0.113.7", "203.0.113.0/24 · 7f3a9c", "2001:db8::/48"),
      path: fc.string({ maxLength: 40 }).map((path) => path.trim()),
      method: any(...METHODS),
      verdict: any("allow", "block", "limit"),
      country: any("NG", "DE"),
      status: any(...STATUS_CLASSES),
      kind: any(...KINDS),
    });
    fc.assert(
      fc.property(filters, (filter) => {
        const wanted = { ...filter, range: filter.span ? "24h" : filter.range } as RequestFilter;
        expect(read(requestQuery(wanted).slice(1)).filter).toEqual(wanted);
      }),
    );
  });
});

describe("parseAddressQuery", () => {
  test("an address is read in any spelling", () => {
    const query = parseAddressQuery(" ::ffff:203.0.113.7 ");
    expect(query?.kind === "address" && formatIp(query.ip)).toBe("203.0.113.7");
  });

  test.each([
    ["203.0.113.9/24", { kind: "network", network: "203.0.113.0/24", isNarrow: false }],
    ["203.0.113.128/25", { kind: "network", network: "203.0.113.128/25", isNarrow: true }],
    ["2001:db8::/32", { kind: "network", network: "2001:db8::/32", isNarrow: false }],
    ["203.0.113.0/24 · 7F3A9C", { kind: "hash", hashPrefix: "7f3a9c", network: "203.0.113.0/24" }],
    ["0".repeat(32), { kind: "hash", hashPrefix: "0".repeat(32), network: null }],
    ["example.com", null],
    ["203.0.113.7 7f3a9c", null],
    ["", null],
  ])("%j", (text, expected) => {
    expect(parseAddressQuery(text)).toEqual(expected);
  });

  test("a handle finds the visitor that it was shown for", () => {
    const visitor = { ip: null, network: "203.0.113.0/24", ipHash: "7f3a9c0000000000000000000000beef" };
    const query = parseAddressQuery(handleOf(visitor));
    expect(query).toEqual({ kind: "hash", hashPrefix: "7f3a9c", network: visitor.network });
    expect(handleOf({ ...visitor, ip: "203.0.113.7" })).toBe("203.0.113.7");
  });

  test("a rule on a visitor is made on the address, the /64 of IPv6, or the hash where no address is kept", () => {
    const ipHash = "7f3a9c0000000000000000000000beef";
    expect(visitorTarget({ ip: "203.0.113.7", ipHash })).toBe("203.0.113.7");
    expect(visitorTarget({ ip: "2001:db8:1:2::7", ipHash })).toBe("2001:db8:1:2::/64");
    expect(visitorTarget({ ip: null, ipHash })).toBe(ipHash);
  });
});
