import type { Asn, City, Country } from "@maxmind/geoip2-node";
import {
  asnFrom,
  coordinatesFrom,
  countryCodeFrom,
  countryName,
  NO_PLACE,
  type Place,
  textFrom,
} from "@/db/geo/place";

type Source = Place["source"];
type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A record of GeoIP2's City, Country or Enterprise, or of a database in their shape. */
export function placeInCity(record: City | Country, source: Source): Place {
  const { city, location } = record as Partial<City>;
  const countryCode = countryCodeFrom(record.country?.isoCode);
  return {
    ...NO_PLACE,
    ...coordinatesFrom(location?.latitude, location?.longitude),
    countryCode,
    country: textFrom(record.country?.names?.en) ?? (countryCode && countryName(countryCode)),
    city: textFrom(city?.names?.en),
    asn: asnFrom(record.traits?.autonomousSystemNumber),
    organisation: textFrom(record.traits?.autonomousSystemOrganization),
    source,
  };
}

/** A record of GeoIP2's ASN or ISP. */
export function placeInNetwork(record: Asn, source: Source): Place {
  return {
    ...NO_PLACE,
    asn: asnFrom(record.autonomousSystemNumber),
    organisation: textFrom(record.autonomousSystemOrganization),
    source,
  };
}

/** A record of DB-IP City Lite as npm has it: all fields on one level. */
export function placeInFlat(record: Fields): Place {
  const countryCode = countryCodeFrom(record.country_code);
  return {
    ...NO_PLACE,
    ...coordinatesFrom(rounded(record.latitude), rounded(record.longitude)),
    countryCode,
    country: countryCode && countryName(countryCode),
    city: textFrom(record.city),
    asn: asnFrom(record.autonomous_system_number),
    organisation: textFrom(record.autonomous_system_organization),
    source: "dbip",
  };
}

// The file holds 32-bit floats: 37.422 comes out as 37.422000885009766. Four decimals are 11 metres.
function rounded(value: unknown): unknown {
  return typeof value === "number" ? Math.round(value * 10_000) / 10_000 : value;
}
