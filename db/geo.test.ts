import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Reader } from "maxmind";
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createLocator, type Locator, type LocatorOptions, NO_PLACE } from "@/db/geo";
import { type FixtureValue, writeDatabase } from "@/db/geo/mmdb-fixture";
import { type Ip, parseIp } from "@/lib/ip";

const folder = mkdtempSync(path.join(tmpdir(), "gatehouse-geo-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let clock = Date.parse("2026-03-01T00:00:00Z");
let warnings: string[] = [];
let reads = vi.spyOn(Reader.prototype, "get");
beforeEach(() => {
  warnings = [];
  reads = vi.spyOn(Reader.prototype, "get");
});
afterEach(() => vi.restoreAllMocks());

let files = 0;
function write(type: string, records: Record<string, FixtureValue>): string {
  return writeBytes(writeDatabase({ type, records }));
}
function writeBytes(bytes: Buffer): string {
  const file = path.join(folder, `${files++}.mmdb`);
  writeFileSync(file, bytes);
  return file;
}
function locator(options: LocatorOptions): Locator {
  return createLocator({ now: () => clock, warn: (message) => warnings.push(message), ...options });
}
function ip(text: string): Ip {
  const parsed = parseIp(text);
  if (!parsed) throw new Error(`${text} is no address`);
  return parsed;
}

const london = {
  city: { names: { en: "London", de: "London" } },
  country: { iso_code: "GB", names: { en: "United Kingdom" } },
  location: { latitude: 51.5142, longitude: -0.0931 },
};
const lagos = { country_code: "NG", city: "Lagos", latitude: 6.52438, longitude: 3.37921 };
const network = { autonomous_system_number: 64_500, autonomous_system_organization: "Example Networks" };

describe("locate", () => {
  test("a GeoIP2 city record and an ASN record become one place", async () => {
    const one = locator({
      cityDb: write("GeoIP2-City", { "81.2.69.0/24": london, "2a00:1450::/32": london }),
      asnDb: write("GeoLite2-ASN", { "81.2.0.0/16": network, "9.9.9.0/24": network }),
    });
    await one.open();
    const place = {
      countryCode: "GB",
      country: "United Kingdom",
      city: "London",
      latitude: 51.5142,
      longitude: -0.0931,
      asn: 64_500,
      organisation: "Example Networks",
      source: "maxmind",
    };
    expect(one.locate(ip("81.2.69.142"))).toEqual(place);
    expect(one.locate(ip("2a00:1450::1"))).toEqual({ ...place, asn: null, organisation: null });
    expect(one.locate(ip("9.9.9.9"))).toEqual({
      ...NO_PLACE,
      asn: 64_500,
      organisation: "Example Networks",
      source: "maxmind",
    });
    expect(one.locate(ip("8.8.8.8"))).toBe(NO_PLACE);
    expect(warnings).toEqual([]);
  });

  test("country, enterprise and ISP databases are read, and a country without a name gets its English one", async () => {
    const country = locator({
      cityDb: write("GeoLite2-Country", { "81.2.69.0/24": { country: { iso_code: "ng" } } }),
    });
    expect(country.locate(ip("81.2.69.1"))).toMatchObject({
      countryCode: "NG",
      country: "Nigeria",
      city: null,
    });
    const enterprise = locator({
      cityDb: write("GeoIP2-Enterprise", { "81.2.69.0/24": { ...london, traits: network } }),
    });
    expect(enterprise.locate(ip("81.2.69.1"))).toMatchObject({ city: "London", asn: 64_500 });
    const isp = locator({
      cityDb: write("GeoIP2-City", {}),
      asnDb: write("GeoIP2-ISP", { "81.2.69.0/24": network }),
    });
    expect(isp.locate(ip("81.2.69.1"))).toMatchObject({ organisation: "Example Networks", country: null });
    expect(warnings).toEqual([]);
  });

  test("databases of other makers are read when their records have either shape", () => {
    const flat = locator({ cityDb: write("city lite", { "197.210.64.0/24": lagos }) });
    expect(flat.locate(ip("197.210.64.1"))).toMatchObject({
      countryCode: "NG",
      country: "Nigeria",
      city: "Lagos",
      latitude: 6.5244,
      longitude: 3.3792,
      source: "dbip",
    });
    const nested = locator({
      cityDb: write("Places", { "81.2.69.0/24": london }),
      asnDb: write("Nets", { "::/1": network }),
    });
    expect(nested.locate(ip("81.2.69.1"))).toMatchObject({ city: "London", asn: 64_500 });
    expect(warnings).toEqual([]);
  });

  test("records of neither shape cost one warning and give no place", () => {
    const one = locator({ cityDb: write("Weather", { "81.2.0.0/16": { sky: "grey" } }) });
    for (let host = 1; host < 50; host++) expect(one.locate(ip(`81.2.69.${host}`))).toBe(NO_PLACE);
    expect(warnings).toEqual([expect.stringContaining('records of type "Weather" have neither')]);
  });

  test("a database that cannot serve the purpose is named in one warning", async () => {
    const swapped = { cityDb: write("GeoLite2-ASN", {}), asnDb: write("GeoLite2-City", {}) };
    await locator(swapped).open();
    expect(warnings.toSorted()).toEqual([
      expect.stringMatching(/GEOIP_CITY_DB\) is of type "GeoLite2-ASN"; visitors have no country/),
      expect.stringMatching(/GEOIP_ASN_DB\) is of type "GeoLite2-City"; visitors have no network owner/),
    ]);
  });

  test("implausible fields count as absent, long and wild names are tamed", () => {
    const at = (record: FixtureValue) =>
      locator({ cityDb: write("GeoIP2-City", { "::/1": record }) }).locate(ip("81.2.69.1"));
    expect(at({ ...london, location: { latitude: 91, longitude: 0.5 } })).toMatchObject({
      latitude: null,
      longitude: null,
    });
    expect(at({ ...london, location: { latitude: Number.NaN, longitude: 0.5 } })).toMatchObject({
      latitude: null,
    });
    expect(at({ ...london, location: { latitude: 10.5 } })).toMatchObject({
      latitude: null,
      longitude: null,
    });
    expect(at({ ...london, country: { iso_code: "GBR" } })).toMatchObject({
      countryCode: null,
      country: null,
    });
    expect(at({ ...london, country: "GB", city: 7 })).toMatchObject({ countryCode: null, city: null });
    expect(at({ ...london, city: { names: { en: `a\u0000b\n${"x".repeat(500)}` } } }).city).toMatch(
      /^a b x{96}$/,
    );
  });
});

describe("what costs no look-up", () => {
  test("private, reserved, loopback and documentation addresses are not looked up", () => {
    const one = locator({ cityDb: write("GeoIP2-City", { "::/1": london }) });
    const addresses = [
      "10.1.2.3", "172.16.0.1", "192.168.1.100", "127.0.0.1", "169.254.1.1", "100.64.0.1", "192.0.2.1", "198.51.100.1",
      "203.0.113.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "0.0.0.0", "::1", "::", "fe80::1", "fd00::1", "2001:db8::1",
      "ff02::1", "::ffff:10.0.0.1",
    ]; // biome-ignore format: a list
    for (const address of addresses) expect(one.locate(ip(address))).toBe(NO_PLACE);
    expect(reads).not.toHaveBeenCalled();
    expect(one.locate(ip("81.2.69.1")).city).toBe("London");
    expect(reads).toHaveBeenCalledTimes(1);
  });

  test("an address is looked up once in 24 hours", () => {
    const one = locator({ cityDb: write("GeoIP2-City", { "81.2.69.0/24": london }) });
    for (let count = 0; count < 10; count++) {
      one.locate(ip("81.2.69.1"));
      one.locate(ip("8.8.8.8"));
    }
    expect(reads).toHaveBeenCalledTimes(2);
    clock += 23 * 3_600_000;
    one.locate(ip("81.2.69.1"));
    expect(reads).toHaveBeenCalledTimes(2);
    clock += 2 * 3_600_000;
    one.locate(ip("81.2.69.1"));
    expect(reads).toHaveBeenCalledTimes(3);
  });

  test("the memory of places is bounded", () => {
    const one = locator({ cityDb: write("GeoIP2-City", { "81.2.69.0/24": london }), cacheSizeMax: 10 });
    for (let host = 0; host < 100; host++) one.locate(ip(`81.2.69.${host}`));
    one.locate(ip("81.2.69.99"));
    expect(reads).toHaveBeenCalledTimes(100);
    one.locate(ip("81.2.69.0"));
    expect(reads).toHaveBeenCalledTimes(101);
  });
});

describe("files that are no use", () => {
  const good = writeDatabase({ type: "GeoIP2-City", records: { "81.2.69.0/24": london } });
  const flipped = Buffer.from(good);
  flipped.fill(0xff, 0, 400);
  const useless: [what: string, bytes: Buffer, reason: string][] = [
    ["empty", Buffer.alloc(0), "no metadata"],
    ["text", Buffer.from("<html>404 Not Found</html>"), "no metadata"],
    ["noise", Buffer.from(Array.from({ length: 5000 }, (_, index) => (index * 7919) % 251)), "no metadata"],
    ["cut short", good.subarray(0, good.length - 400), "no metadata"],
    ["without its beginning", good.subarray(600), "contradict"],
    ["packed", Buffer.from([0x1f, 0x8b, 8, 0, 0, 0]), "gunzip"],
  ];

  test.each(useless)("%s: one warning, no place, also when asked often", async (_what, bytes, reason) => {
    const file = writeBytes(bytes);
    const one = locator({ cityDb: file });
    for (let round = 0; round < 5; round++) {
      clock += 61_000;
      await one.open();
      expect(one.locate(ip(`81.2.69.${round}`))).toBe(NO_PLACE);
    }
    expect(warnings).toEqual([expect.stringContaining(reason)]);
    expect(warnings[0]).toContain(file);
    expect(one.status()).toMatchObject([{ state: "unusable", warning: warnings[0], type: null }]);
  });

  test("a damaged tree is one warning and no place", async () => {
    const one = locator({ cityDb: writeBytes(flipped) });
    await one.open();
    for (let host = 0; host < 20; host++) expect(one.locate(ip(`81.2.69.${host}`))).toBe(NO_PLACE);
    expect(warnings).toHaveLength(1);
  });

  test("missing files and folders are one warning each, also without open", async () => {
    const absent = path.join(folder, "absent.mmdb");
    const one = locator({ cityDb: absent, asnDb: folder });
    expect(one.locate(ip("81.2.69.1"))).toBe(NO_PLACE);
    await one.open();
    one.locate(ip("81.2.69.2"));
    expect(warnings).toEqual([
      `Geolocation: ${absent} (GEOIP_CITY_DB) cannot be used: no such file; visitors have no country.`,
      `Geolocation: ${folder} (GEOIP_ASN_DB) cannot be used: not a file; visitors have no network owner.`,
    ]);
  });

  test("a file without read permission is one warning", async () => {
    const file = writeBytes(good);
    chmodSync(file, 0);
    const one = locator({ cityDb: file });
    await one.open();
    // The superuser reads it all the same.
    const isRoot = process.getuid?.() === 0;
    expect(warnings).toEqual(isRoot ? [] : [expect.stringContaining("no permission to read it")]);
    chmodSync(file, 0o600);
    clock += 61_000;
    await one.open();
    expect(one.locate(ip("81.2.69.1")).city).toBe("London");
  });
});
