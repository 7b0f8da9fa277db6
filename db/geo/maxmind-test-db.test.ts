import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Reader, type ReaderModel } from "@maxmind/geoip2-node";
import { describe, expect, test } from "vitest";
import { createLocator, NO_PLACE } from "@/db/geo";
import { formatIp, type Ip, parseIp } from "@/lib/ip";
import { ipv4 } from "@/lib/ip/parse";

const data = process.env.GATEHOUSE_DATA ?? fileURLToPath(new URL("../../../shared/data", import.meta.url));
const folder = path.join(data, "maxmind_test_db");
const isThere = existsSync(folder);

type Answer = Record<string, unknown> & { db: string; probe_ip: string };
const answers: Answer[] = isThere
  ? readFileSync(path.join(folder, "answers.jsonl"), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line))
  : [];
const databases = [...new Set(answers.map((answer) => answer.db))];

function answersOf(db: string): Answer[] {
  return answers.filter((answer) => answer.db === db);
}
function fileOf(db: string): string {
  return path.join(folder, "test-data", `${db}.mmdb`);
}

/** The databases keep IPv4 under ::/96, and so are some questions written. */
function probe(text: string): Ip {
  const ip = parseIp(text);
  if (!ip) throw new Error(`${text} is no address`);
  return ip.version === 6 && ip.a === 0 && ip.b === 0 && ip.c === 0 ? ipv4(ip.d) : ip;
}

/** What MaxMind's reader says, in the words of the answers. */
function said(reader: ReaderModel, db: string, address: string): Record<string, unknown> {
  if (db.includes("ASN") || db.includes("ISP")) {
    const record = db.includes("ISP") ? reader.isp(address) : reader.asn(address);
    const isp = "isp" in record ? record.isp : undefined;
    return { asn: record.autonomousSystemNumber, as_org: record.autonomousSystemOrganization, isp };
  }
  if (db.includes("Anonymous")) {
    const record = db.includes("Plus") ? reader.anonymousPlus(address) : reader.anonymousIP(address);
    const flag = (value: boolean | undefined) => value || undefined;
    return {
      is_anonymous: flag(record.isAnonymous),
      is_anonymous_vpn: flag(record.isAnonymousVpn),
      is_hosting_provider: flag(record.isHostingProvider),
      is_public_proxy: flag(record.isPublicProxy),
      is_residential_proxy: flag(record.isResidentialProxy),
      is_tor_exit_node: flag(record.isTorExitNode),
    };
  }
  const city = db.includes("City") ? reader.city(address) : null;
  const record = city ?? reader.country(address);
  return {
    country_iso: record.country?.isoCode,
    country: record.country?.names.en,
    registered_country_iso: record.registeredCountry?.isoCode,
    continent: record.continent?.code,
    city: city?.city?.names.en,
    subdivision: city?.subdivisions?.[0]?.names.en,
    lat: city?.location?.latitude,
    lon: city?.location?.longitude,
    tz: city?.location?.timeZone,
    postal: city?.postal?.code,
  };
}

describe.skipIf(!isThere)("MaxMind's test databases (needs ../shared/data)", () => {
  test("all 3,955 answers are given by the reader", () => {
    expect(answers).toHaveLength(3955);
    for (const db of databases) {
      const reader = Reader.openBuffer(readFileSync(fileOf(db)));
      for (const answer of answersOf(db)) {
        const { db: _db, network: _network, probe_ip, mmdb_agrees: _agrees, ...expected } = answer;
        const found = said(reader, db, probe_ip);
        expect({ probe_ip, ...found }, `${db} ${probe_ip}`).toEqual({ probe_ip, ...expected });
      }
    }
  });

  test("locate gives the answers of the city, country, ASN and ISP databases", async () => {
    const counts: Record<string, number> = {};
    const warnings: string[] = [];
    for (const db of databases.filter((name) => /City|Country|ASN|ISP/.test(name))) {
      const isNetworks = /ASN|ISP/.test(db);
      const empty = { cityDb: fileOf("GeoIP2-City-Test"), asnDb: fileOf(db) };
      const locator = createLocator({
        ...(isNetworks ? empty : { cityDb: fileOf(db) }),
        warn: (message) => warnings.push(message),
      });
      await locator.open();
      for (const answer of answersOf(db)) {
        const place = locator.locate(probe(answer.probe_ip));
        const wanted = isNetworks
          ? { asn: answer.asn ?? null, organisation: answer.as_org ?? null }
          : {
              countryCode: answer.country_iso ?? null,
              country: answer.country ?? null,
              city: answer.city ?? null,
              latitude: answer.lat ?? null,
              longitude: answer.lon ?? null,
            };
        expect(place, `${db} ${answer.probe_ip}`).toMatchObject(wanted);
        counts[db] = (counts[db] ?? 0) + 1;
      }
    }
    expect(warnings).toEqual([]);
    expect(counts).toEqual({
      "GeoIP2-City-Test": 251,
      "GeoIP2-Country-Test": 345,
      "GeoIP2-ISP-Test": 2109,
      "GeoLite2-ASN-Test": 720,
      "GeoLite2-City-Test": 242,
      "GeoLite2-Country-Test": 244,
    });
  });
});

describe.skipIf(!isThere)("MaxMind's corrupt databases (needs ../shared/data)", () => {
  const files = isThere ? readdirSync(folder, { recursive: true, encoding: "utf8" }) : [];
  const corrupt = files.filter(
    (name) => /^bad-data.*\.mmdb$/.test(name) || /broken|invalid-node-count|\.raw$/i.test(name),
  );
  // Every address of the answers, and some of every sort: each of them must come to an end.
  const addresses = [
    ...new Set(answersOf("GeoIP2-City-Test").map((answer) => answer.probe_ip)),
    ..."1.1.1.1 8.8.8.8 81.2.69.142 100.0.0.1 175.16.199.1 216.160.83.56 223.255.255.255".split(" "),
    ..."2001:218::1 2001:4860::1 2400:cb00::1 2a02:d500::1 2fff:ffff::1".split(" "),
  ].map(probe);

  // These two records of the file with broken doubles hold none, and are whole.
  const whole = { "GeoIP2-City-Test-Broken-Double-Format.mmdb": ["2.2.3.1", "2.3.3.1"].map(probe) };
  const wholeIn = (name: string) =>
    new Set((whole as Record<string, Ip[]>)[path.basename(name)]?.map(formatIp));

  test("there are as many as there should be", () => {
    expect(corrupt).toHaveLength(26);
  });

  test.each(corrupt)("%s: one warning, no place, in bounded time", async (name) => {
    for (const role of ["cityDb", "asnDb"] as const) {
      const warnings: string[] = [];
      const good = { cityDb: fileOf("GeoLite2-Country-Test") };
      const locator = createLocator({
        ...(role === "asnDb" ? good : {}),
        [role]: path.join(folder, name),
        warn: (message) => warnings.push(message),
      });
      const before = performance.now();
      await locator.open();
      for (const ip of addresses.filter((one) => !wholeIn(name).has(formatIp(one)))) {
        const { asn, city, latitude, longitude } = locator.locate(ip);
        expect({ asn, city, latitude, longitude }).toEqual({
          asn: null,
          city: null,
          latitude: null,
          longitude: null,
        });
        if (role === "cityDb") expect(locator.locate(ip)).toBe(NO_PLACE);
      }
      expect(performance.now() - before).toBeLessThan(2000);
      expect(warnings).toHaveLength(1);
    }
  });
});
