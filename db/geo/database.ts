import { Asn, City, Reader as Geoip2Reader } from "@maxmind/geoip2-node";
import { type AsnResponse, type CityResponse, Reader, type Response } from "maxmind";
import { checkValue, DamagedDatabaseError, metadataSection } from "@/db/geo/mmdb-check";
import type { Place } from "@/db/geo/place";
import { isFields, placeInCity, placeInFlat, placeInNetwork } from "@/db/geo/records";
import type { Ip } from "@/lib/ip";

/** An open geolocation database. */
export type GeoDatabase = {
  /** What the file says it is, such as "GeoLite2-City". */
  readonly type: string;
  readonly builtAt: Date | null;
  /**
   * What the record of an address says; `null` when there is none. `text` is the address in canonical form.
   * @throws Error when the record is damaged or of no known shape
   */
  lookup(ip: Ip, text: string): Place | null;
};

const SEPARATOR_SIZE = 16;
const GEOIP2_FIELDS = ["country", "registered_country", "continent", "city", "location"];
const CONTRADICTION = "its metadata contradict the file: cut short or damaged";

/**
 * Opens a database from memory: GeoIP2 and GeoLite2 (City, Country, Enterprise, ISP, ASN) by MaxMind's reader, DB-IP's
 * flat records and others of either shape by the reader underneath it. No record reaches either before it was checked.
 * @throws Error saying what is wrong with the file
 */
export function openDatabase(buffer: Buffer): GeoDatabase {
  const { markerStart } = metadataSection(buffer);
  // The first offset of a look-up is the record's; the check of it covers all that it points to.
  let unchecked = true;
  const cache = {
    get(offset: string | number): undefined {
      if (unchecked) checkValue({ buffer, start: dataStart, end: markerStart }, Number(offset));
      unchecked = false;
    },
    set(): void {},
  };
  const raw = readerOf(buffer, cache);
  const { databaseType, buildEpoch, ipVersion, nodeCount, searchTreeSize } = raw.metadata;
  const dataStart = searchTreeSize + SEPARATOR_SIZE;
  if (
    typeof databaseType !== "string" ||
    (ipVersion !== 4 && ipVersion !== 6) ||
    !Number.isInteger(nodeCount) ||
    dataStart > markerStart
  ) {
    throw new DamagedDatabaseError(CONTRADICTION);
  }
  const type = databaseType.slice(0, 100);
  const geoip2 = Geoip2Reader.openBuffer(buffer);
  const source = /^dbip|^city ipv[46]$/i.test(databaseType) ? "dbip" : "maxmind";

  return {
    type,
    builtAt: Number.isNaN(buildEpoch.getTime()) ? null : buildEpoch,
    lookup(ip, text) {
      // The reader would take the first 32 bits of an IPv6 address for an IPv4 address.
      if (ip.version === 6 && ipVersion === 4) return null;
      unchecked = true;
      const record: unknown = raw.get(text);
      if (record === null) return null;
      if (!isFields(record)) throw new DamagedDatabaseError("a record is no map");
      if (typeof record.country_code === "string") return placeInFlat(record);
      if (databaseType.includes("Enterprise")) return placeInCity(geoip2.enterprise(text), source);
      if (databaseType.includes("City")) return placeInCity(geoip2.city(text), source);
      if (databaseType.includes("Country")) return placeInCity(geoip2.country(text), source);
      if (databaseType.includes("ISP")) return placeInNetwork(geoip2.isp(text), source);
      if (databaseType.includes("ASN")) return placeInNetwork(geoip2.asn(text), source);
      // Some other maker's type: what its records look like decides.
      if (GEOIP2_FIELDS.some((name) => isFields(record[name])))
        return placeInCity(new City(record as CityResponse), source);
      if ("autonomous_system_number" in record) {
        return placeInNetwork(new Asn(record as unknown as AsnResponse), source);
      }
      throw new DamagedDatabaseError(`records of type "${type}" have neither GeoIP2's shape nor DB-IP's`);
    },
  };
}

function readerOf(
  buffer: Buffer,
  cache: { get(key: string | number): unknown; set(): void },
): Reader<Response> {
  try {
    return new Reader(buffer, { cache });
  } catch (cause) {
    throw new DamagedDatabaseError(CONTRADICTION, { cause });
  }
}
