import type { MapCountry, MapPlace } from "@/components/map/visitor-map";
import type { Place, TopEntry } from "@/db/overview";
import { countryName } from "@/lib/format";
import { requestQuery } from "@/lib/request-filter";
import type { RangeName } from "@/lib/time-range";

const isCountry = (code: string): boolean => /^[A-Z]{2}$/.test(code);

export const countryHref = (code: string, range: RangeName): string | null =>
  isCountry(code) ? `/requests${requestQuery({ range, country: code })}` : null;

export const networkHref = (network: string, range: RangeName): string =>
  `/requests${requestQuery({ range, address: network })}`;

export const pathHref = (path: string, range: RangeName): string =>
  `/requests${requestQuery({ range, path: `=${path}` })}`;

export function mapCountries(entries: readonly TopEntry[], range: RangeName): MapCountry[] {
  return entries.flatMap((entry) => {
    const href = countryHref(entry.key, range);
    const { requests, refused, visitors } = entry;
    return href ? { code: entry.key, name: countryName(entry.key), requests, refused, visitors, href } : [];
  });
}

export function mapPlaces(places: readonly Place[], range: RangeName): MapPlace[] {
  return places.map((place) => {
    const { latitude, longitude, requests, refused, countryCode, city } = place;
    const label = [city, countryName(countryCode)].filter(Boolean).join(", ");
    const id = `${countryCode}|${city ?? ""}|${latitude}|${longitude}`;
    const href = countryHref(countryCode, range) ?? "/requests";
    return { id, label, latitude, longitude, requests, refused, href };
  });
}
