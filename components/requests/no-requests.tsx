import { DoorOpen, SearchX } from "lucide-react";
import { buttonClass } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { Link } from "@/components/ui/link";

/** Where nothing has come in yet at all. */
export function NoRequestsYet() {
  return (
    <EmptyState icon={DoorOpen} title="No requests yet" command="npm run gatehouse -- replay access.log">
      Each request that a door sees will stand here within seconds. Open the site in another tab, or replay an
      access log that you have:
    </EmptyState>
  );
}

/** Where the filter leaves nothing; `problem` says what is wrong with it. */
export function NoRequestsFit({ problem, isFiltered }: { problem: string | null; isFiltered: boolean }) {
  return (
    <EmptyState
      icon={SearchX}
      title={problem ? "The address cannot be searched for" : "No request fits"}
      action={
        <Link href={isFiltered ? "/requests" : "/requests?range=30d"} className={buttonClass()}>
          {isFiltered ? "Clear the filter" : "Show 30 days"}
        </Link>
      }
    >
      {problem ??
        "Nothing in this span of time fits every field of the filter. Leave one out, or choose a longer range."}
    </EmptyState>
  );
}

/** Where a reference leads nowhere. */
export function NoSuchRequest({ isReference }: { isReference: boolean }) {
  return (
    <EmptyState
      icon={SearchX}
      title="No request has this reference"
      action={
        <Link href="/requests" className={buttonClass()}>
          Show all requests
        </Link>
      }
    >
      {isReference
        ? "It may have come in just now: doors send what they saw in batches, so look again in a few seconds. Or it is older than what is kept."
        : "A reference looks like 019aaadf-2b1c-7def-8abc-0123456789ab and stands on the page that a refused visitor sees."}
    </EmptyState>
  );
}
