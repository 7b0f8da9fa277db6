import type { HeaderReader } from "@/lib/client-ip";
import type { Platform } from "@/lib/proxy-trust";

/** Where the platform in front says the visitor is. Degrees; `null` is unknown. */
export type PlatformGeo = {
  readonly countryCode: string | null;
  readonly city: string | null;
  readonly latitude: number | null;
  readonly longitude: number | null;
};

const CITY_LENGTH_MAX = 100;

/**
 * Where the platform says the visitor is: every field checked by itself, a coordinate only with both
 * halves. `null` when nothing of use is left, off the platform, or from a peer that nobody trusts.
 */
export function platformGeo(
  headers: HeaderReader,
  platform: Platform,
  peerTrusted: boolean,
): PlatformGeo | null {
  if (platform === null || !peerTrusted) return null;
  const prefix = platform === "vercel" ? "x-vercel-ip-" : "cf-ip";
  const countryCode = parseCountryCode(headers.get(`${prefix}country`));
  const city = parseCity(headers.get(`${prefix}city`), platform === "vercel");
  const latitude = parseDegrees(headers.get(`${prefix}latitude`), 90);
  const longitude = parseDegrees(headers.get(`${prefix}longitude`), 180);
  const isPlaced = latitude !== null && longitude !== null;
  if (countryCode === null && city === null && !isPlaced) return null;
  return { countryCode, city, latitude: isPlaced ? latitude : null, longitude: isPlaced ? longitude : null };
}

/** ISO 3166-1 alpha-2. Cloudflare's `XX` (unknown) and `T1` (Tor) are no countries. */
function parseCountryCode(text: string | null): string | null {
  const code = text?.trim().toUpperCase() ?? "";
  return /^[A-Z]{2}$/.test(code) && code !== "XX" ? code : null;
}

function parseCity(text: string | null, isUriEncoded: boolean): string | null {
  if (text === null) return null;
  const city = (isUriEncoded ? decodeUri(text) : decodeUtf8(text))?.trim() ?? "";
  const isPlain = city !== "" && city.length <= CITY_LENGTH_MAX && !/\p{C}/u.test(city);
  return isPlain ? city : null;
}

function decodeUri(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** A header is read as Latin-1; UTF-8 that was sent in one is put together again. */
function decodeUtf8(text: string): string {
  const codes = Array.from(text, (character) => character.charCodeAt(0));
  if (codes.some((code) => code > 255)) return text;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(codes));
  } catch {
    return text;
  }
}

function parseDegrees(text: string | null, limit: number): number | null {
  if (text === null || !/^[+-]?\d{1,3}(?:\.\d{1,20})?$/.test(text.trim())) return null;
  const degrees = Number(text);
  return Math.abs(degrees) <= limit ? degrees : null;
}
