import { cut } from "@/lib/events/request-event";

/** Where an address is, as far as it is known. Latitude and longitude are given together or not at all. */
export type Place = {
  /** ISO 3166-1 alpha-2, upper case. */
  readonly countryCode: string | null;
  /** In English. */
  readonly country: string | null;
  /** At most 100 characters. */
  readonly city: string | null;
  readonly latitude: number | null;
  readonly longitude: number | null;
  /** The number of the autonomous system that announces the address. */
  readonly asn: number | null;
  /** Who runs that autonomous system. */
  readonly organisation: string | null;
  readonly source: "maxmind" | "dbip" | "platform" | "none";
};

export const NO_PLACE: Place = Object.freeze({
  countryCode: null,
  country: null,
  city: null,
  latitude: null,
  longitude: null,
  asn: null,
  organisation: null,
  source: "none",
});

const TEXT_LENGTH_MAX = 100;
const ASN_MAX = 0xffff_ffff;
// "Unknown" and "Tor" as platforms and databases write them: no countries.
const NO_COUNTRIES = new Set(["XX", "ZZ", "T1"]);
const englishNames = new Intl.DisplayNames(["en"], { type: "region", fallback: "none" });

/** The English name of a country; `null` for a code that is no country's. */
export function countryName(countryCode: string): string | null {
  return englishNames.of(countryCode) ?? null;
}

// Databases and headers are outside input: what is not plausible counts as not there.

export function countryCodeFrom(value: unknown): string | null {
  if (typeof value !== "string" || !/^[A-Za-z]{2}$/.test(value)) return null;
  const code = value.toUpperCase();
  return NO_COUNTRIES.has(code) ? null : code;
}

export function textFrom(value: unknown): string | null {
  if (typeof value !== "string") return null;
  return cut(value.replace(/\p{Cc}/gu, " ").trim(), TEXT_LENGTH_MAX) || null;
}

export function asnFrom(value: unknown): number | null {
  return Number.isInteger(value) && Number(value) > 0 && Number(value) <= ASN_MAX ? Number(value) : null;
}

export function coordinatesFrom(
  latitude: unknown,
  longitude: unknown,
): { latitude: number | null; longitude: number | null } {
  const fits =
    typeof latitude === "number" &&
    typeof longitude === "number" &&
    Math.abs(latitude) <= 90 &&
    Math.abs(longitude) <= 180;
  return fits ? { latitude, longitude } : { latitude: null, longitude: null };
}
