import { describe, expect, test } from "vitest";
import { openDatabase } from "@/db/geo/database";
import { DamagedDatabaseError } from "@/db/geo/mmdb-check";
import { encode, type FixtureValue, head, pointer, writeDatabase } from "@/db/geo/mmdb-fixture";
import { parseIp } from "@/lib/ip";

const ADDRESS = "81.2.69.1";

function lookUp(database: Buffer, text = ADDRESS) {
  const ip = parseIp(text);
  if (!ip) throw new Error(`${text} is no address`);
  return openDatabase(database).lookup(ip, text);
}
function withRecord(record: FixtureValue, type = "GeoIP2-City"): Buffer {
  return writeDatabase({ type, records: { "81.2.69.0/24": record } });
}
function milliseconds(work: () => void): number {
  const before = performance.now();
  work();
  return performance.now() - before;
}

/** `levels` lists of ten pointers, each to the list before it: ten to the power of `levels` values in 21 bytes each. */
function bomb(levels: number): Buffer {
  const parts: Buffer[] = [encode("x")];
  let previous = 0;
  let size = parts[0]?.length ?? 0;
  for (let level = 0; level < levels; level++) {
    const list = Buffer.concat([head(11, 10), ...Array.from({ length: 10 }, () => pointer(previous))]);
    parts.push(list);
    previous = size;
    size += list.length;
  }
  return Buffer.concat([...parts, head(7, 1), encode("city"), pointer(previous)]);
}

describe("records that no honest writer makes", () => {
  const nested = (depth: number, one: Buffer) =>
    Buffer.concat([...new Array<Buffer>(depth).fill(one), encode("x")]);
  const hostile: [what: string, record: Buffer][] = [
    ["arrays of 16 million announced elements in one another", nested(200, head(11, 16_843_036))],
    [
      "maps of 16 million announced keys in one another",
      nested(200, Buffer.concat([head(7, 16_843_036), encode("a")])),
    ],
    ["100,000 arrays in one another", nested(100_000, head(11, 1))],
    ["a pointer to itself", pointer(0)],
    ["a map that contains itself", Buffer.concat([head(7, 1), encode("city"), pointer(0)])],
    ["a pointer out of the file", pointer(2047)],
    ["a text longer than the file", head(2, 65_000)],
    ["a double of seven bytes", Buffer.concat([head(7, 1), encode("a"), head(3, 7), Buffer.alloc(7)])],
    [
      "digits as text in the place of a double",
      Buffer.concat([head(7, 1), encode("a"), head(3, 8), Buffer.from("-37.8159")]),
    ],
    ["an integer of eleven bytes", Buffer.concat([head(7, 1), encode("a"), head(6, 11), Buffer.alloc(11)])],
    ["a key that is no text", Buffer.concat([head(7, 1), head(6, 1), Buffer.from([1]), encode("x")])],
    ["a type that does not exist", Buffer.from([0b000_00001, 200, 0, 0, 0])],
    ["a text where a map belongs", encode("London")],
    ["an array where a map belongs", encode([1, 2])],
  ];

  test.each(hostile)("%s: refused at once", (_what, record) => {
    const database = withRecord(record);
    const elapsed = milliseconds(() => expect(() => lookUp(database)).toThrow(DamagedDatabaseError));
    expect(elapsed).toBeLessThan(1000);
  });

  test("pointers that multiply tenfold at each of eight steps are refused at once", () => {
    const parts = bomb(8);
    const last = parts.subarray(parts.length - 8);
    // The record of the address is the map at the end; the lists before it are reached by its pointer alone.
    const records = { "81.2.68.0/24": parts.subarray(0, parts.length - last.length), "81.2.69.0/24": last };
    const database = writeDatabase({ type: "GeoIP2-City", records });
    const elapsed = milliseconds(() => expect(() => lookUp(database)).toThrow(/too large/));
    expect(elapsed).toBeLessThan(1000);
  });

  test("a record of the size that real ones have is let through", () => {
    const names = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`l${index}`, "n".repeat(60)]));
    const record = { city: { names: { ...names, en: "London" } }, country: { iso_code: "GB", names } };
    expect(lookUp(withRecord(record))).toMatchObject({ city: "London", countryCode: "GB" });
  });
});

describe("metadata that no honest writer makes", () => {
  const honest = {
    binary_format_major_version: 2,
    build_epoch: 1_767_225_600,
    database_type: "GeoIP2-City",
    ip_version: 6,
    node_count: 120,
    record_size: 24,
  };
  const hostile: [what: string, metadata: FixtureValue][] = [
    ["more nodes than the file holds", { ...honest, node_count: 4_000_000_000 }],
    ["a record size that does not exist", { ...honest, record_size: 25 }],
    ["an IP version that does not exist", { ...honest, ip_version: 5 }],
    ["a type that is no text", { ...honest, database_type: 7 }],
    ["no fields", {}],
    ["a text in their place", "GeoIP2-City"],
    [
      "arrays of 16 million announced elements",
      Buffer.concat([head(7, 1), encode("a"), ...new Array<Buffer>(200).fill(head(11, 16_843_036))]),
    ],
    ["a map that contains itself", Buffer.concat([head(7, 1), encode("a"), pointer(0)])],
    ["a second marker", { ...honest, description: "MaxMind.com" }],
  ];

  test.each(hostile)("%s: refused at once", (_what, metadata) => {
    const database = writeDatabase({ type: "", records: { "81.2.69.0/24": { city: 1 } }, metadata });
    const elapsed = milliseconds(() => expect(() => openDatabase(database)).toThrow(DamagedDatabaseError));
    expect(elapsed).toBeLessThan(1000);
  });

  test("a date of building beyond all calendars is no date", () => {
    const build_epoch = Buffer.concat([head(9, 8), Buffer.alloc(8, 0xff)]);
    const database = writeDatabase({
      type: "",
      records: {},
      metadata: { ...honest, node_count: 1, build_epoch },
    });
    expect(openDatabase(database).builtAt).toBeNull();
  });
});

describe("trees", () => {
  test("an IPv6 address finds nothing in a database of IPv4 addresses", () => {
    const records = { "32.0.0.0/4": { country: { iso_code: "US" } } };
    const database = writeDatabase({ type: "GeoIP2-Country", ipVersion: 4, records });
    expect(lookUp(database, "33.1.1.1")).toMatchObject({ countryCode: "US" });
    expect(lookUp(database, "2001:4860::1")).toBeNull();
  });

  test("any bytes in the place of the tree give a place, nothing, or a refusal, at once", () => {
    const honest = withRecord({ city: { names: { en: "London" } } });
    let seed = 1;
    const random = () => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed;
    };
    const elapsed = milliseconds(() => {
      for (let round = 0; round < 2000; round++) {
        const database = Buffer.from(honest);
        for (let count = 0; count < 5; count++) database[random() % database.length] = random() % 256;
        try {
          lookUp(database);
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      }
    });
    expect(elapsed).toBeLessThan(10_000);
  });
});
