import { describe, expect, test } from "vitest";
import { mergePlatformPlace, NO_PLACE, type Place, type PlatformPlace } from "@/db/geo";

const paris: Place = {
  countryCode: "FR",
  country: "France",
  city: "Paris",
  latitude: 48.85,
  longitude: 2.35,
  asn: 64_500,
  organisation: "Example Networks",
  source: "dbip",
};
const silent: PlatformPlace = { countryCode: null, city: null, latitude: null, longitude: null };

describe("mergePlatformPlace", () => {
  test("without the platform's word the place stays as it is", () => {
    expect(mergePlatformPlace(paris, null)).toBe(paris);
    expect(mergePlatformPlace(paris, silent)).toBe(paris);
  });

  test("what the platform says wins, the network's owner stays", () => {
    const said = { countryCode: "CA", city: "Montreal", latitude: 45.5, longitude: -73.57 };
    expect(mergePlatformPlace(paris, said)).toEqual({
      ...said,
      country: "Canada",
      asn: 64_500,
      organisation: "Example Networks",
      source: "platform",
    });
    expect(mergePlatformPlace(NO_PLACE, said)).toMatchObject({
      country: "Canada",
      city: "Montreal",
      asn: null,
    });
  });

  test("a city of the database stays where both agree on the country, and only there", () => {
    const merged = mergePlatformPlace(paris, { ...silent, countryCode: "fr" });
    expect(merged).toEqual({ ...paris, source: "platform" });
    const other = mergePlatformPlace(paris, { ...silent, countryCode: "DE" });
    expect(other).toMatchObject({
      country: "Germany",
      city: null,
      latitude: null,
      longitude: null,
      asn: 64_500,
    });
  });

  test("unknown countries, Tor and impossible coordinates count as not said", () => {
    for (const countryCode of ["XX", "T1", "ZZ", "", "F", "FRA", "1A"]) {
      expect(mergePlatformPlace(paris, { ...silent, countryCode })).toBe(paris);
    }
    for (const latitude of [91, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(mergePlatformPlace(paris, { ...silent, latitude, longitude: 1 })).toBe(paris);
    }
    expect(mergePlatformPlace(paris, { ...silent, latitude: 1 })).toBe(paris);
  });

  test("a city alone is believed and cut at 100 characters", () => {
    const merged = mergePlatformPlace(paris, { ...silent, city: "L".repeat(300) });
    expect(merged).toMatchObject({ countryCode: "FR", city: "L".repeat(100), source: "platform" });
  });
});
