import { CopyButton } from "@/components/ui/copy-button";
import { CountryBadge } from "@/components/ui/country";
import { Link } from "@/components/ui/link";
import { countryName } from "@/lib/format";
import { isPublicIp, parseRange } from "@/lib/ip";
import { handleOf, requestQuery } from "@/lib/request-filter";
import type { RangeName } from "@/lib/time-range";

export type Visitor = {
  ip: string | null;
  ipHash: string;
  network: string;
  countryCode: string | null;
  city: string | null;
};

/** What a search for exactly this visitor's requests takes. */
export const visitorSearch = (visitor: Visitor): string => visitor.ip ?? visitor.ipHash;

/** What can be said of where a visitor is whom no country is known for. */
function placeless(network: string): string {
  const range = parseRange(network);
  return range && !isPublicIp(range.ip) ? "Private or reserved address" : "Place unknown";
}

/** A visitor: country, address or handle, and beneath it the network or the place. A click shows their requests. */
export function AddressCell({ visitor, range }: { visitor: Visitor; range: RangeName }) {
  const { ip, network, countryCode, city } = visitor;
  const handle = handleOf(visitor);
  const place = [city, countryCode && countryName(countryCode)].filter(Boolean).join(", ");
  return (
    <div className="group/address flex min-w-0 items-center gap-2">
      <CountryBadge code={countryCode} />
      <div className="min-w-0">
        <div className="flex h-4 items-center gap-1">
          <Link
            href={`/requests${requestQuery({ range, address: visitorSearch(visitor) })}`}
            title="Show the requests of this visitor"
            className="truncate font-mono text-xs hover:underline"
          >
            {handle}
          </Link>
          <span className="opacity-0 transition-opacity group-focus-within/address:opacity-100 group-hover/address:opacity-100 max-md:hidden">
            <CopyButton text={handle} label="Copy" />
          </span>
        </div>
        <p className="truncate text-xs leading-4 text-faint">{ip ? network : place || placeless(network)}</p>
      </div>
    </div>
  );
}
