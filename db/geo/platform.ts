import {
  coordinatesFrom,
  countryCodeFrom,
  countryName,
  NO_PLACE,
  type Place,
  textFrom,
} from "@/db/geo/place";
import type { RequestEvent } from "@/lib/events/request-event";

/** What a trusted platform's headers said of a visitor's place. */
export type PlatformPlace = NonNullable<RequestEvent["place"]>;

/**
 * The place with what the platform knows better. A city or coordinates of the database stay only where both agree on
 * the country: a Paris in Canada helps nobody.
 */
export function mergePlatformPlace(place: Place, platform: PlatformPlace | null): Place {
  if (platform === null) return place;
  const countryCode = countryCodeFrom(platform.countryCode);
  const city = textFrom(platform.city);
  const coordinates = coordinatesFrom(platform.latitude, platform.longitude);
  if (countryCode === null && city === null && coordinates.latitude === null) return place;
  const agreed = countryCode === null || countryCode === place.countryCode;
  const base = agreed ? place : { ...NO_PLACE, asn: place.asn, organisation: place.organisation };
  return {
    ...base,
    countryCode: countryCode ?? base.countryCode,
    country: base.country ?? (countryCode && countryName(countryCode)),
    city: city ?? base.city,
    ...(coordinates.latitude === null ? {} : coordinates),
    source: "platform",
  };
}
