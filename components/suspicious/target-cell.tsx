import { Network } from "lucide-react";
import { type ShownSuspect, suspectSearch } from "@/components/suspicious/shown-suspect";
import { suspiciousHref } from "@/components/suspicious/suspicious-href";
import { AddressCell } from "@/components/ui/address-cell";
import { Link } from "@/components/ui/link";
import { formatPlural } from "@/lib/format";

/** Who: a visitor as everywhere else, or a network with how many were found in it. */
export function TargetCell({ suspect }: { suspect: ShownSuspect }) {
  const { targetKind, target, ip, network, range, visit } = suspect;
  if (targetKind !== "range") {
    const place = { countryCode: visit?.countryCode ?? null, city: visit?.city ?? null };
    return <AddressCell visitor={{ ip, ipHash: target, network, ...place }} range="24h" />;
  }
  return (
    <div className="flex min-w-0 items-center gap-2">
      <span title="A network" className="inline-flex w-6.5 shrink-0 justify-center text-suspicious">
        <Network className="size-4" aria-hidden="true" />
        <span className="sr-only">Network: </span>
      </span>
      <div className="min-w-0">
        <Link
          href={suspiciousHref({ state: "all", search: suspectSearch(suspect) })}
          title="Show the suspicious visitors in it"
          className="block truncate font-mono text-xs leading-4 hover:underline"
        >
          {target}
        </Link>
        <p className="truncate text-xs leading-4 text-faint">
          {range ? formatPlural(range.flagged, "suspicious visitor") : "The whole network"}
        </p>
      </div>
    </div>
  );
}
