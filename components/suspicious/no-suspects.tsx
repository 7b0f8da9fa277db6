import { SearchX, ShieldCheck } from "lucide-react";
import { DetectNow } from "@/components/suspicious/detect-now";
import { SUSPICIOUS_PAGE, suspiciousHref } from "@/components/suspicious/suspicious-href";
import { buttonClass } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { Link } from "@/components/ui/link";
import { formatPlural } from "@/lib/format";

/** Where nobody was ever found. */
export function NobodySuspicious({ canDetect }: { canDetect: boolean }) {
  return (
    <EmptyState
      icon={ShieldCheck}
      title="Nobody is suspicious"
      command="npm run gatehouse -- detect --window 24h"
      action={canDetect && <DetectNow />}
    >
      Whoever probes for weaknesses, guesses passwords or asks for far too much stands here within seconds,
      with the evidence in words and what can be done about it. Detection looks after each batch of requests
      and every hour; to look over the last day now:
    </EmptyState>
  );
}

/** Where all that was found is decided. */
export function NothingToDecide({ decided }: { decided: number }) {
  return (
    <EmptyState
      icon={ShieldCheck}
      title="Nobody needs a decision"
      action={
        <Link href={suspiciousHref({ state: "all" })} className={buttonClass()}>
          Show all {formatPlural(decided, "case")}
        </Link>
      }
    >
      Every suspicious address is decided. Whoever is found next appears here by itself.
    </EmptyState>
  );
}

/** Where the filter leaves nothing. */
export function NoSuspectFits({ search }: { search: string }) {
  return (
    <EmptyState
      icon={SearchX}
      title={search ? `Nothing for “${search}” here` : "Nobody fits"}
      action={
        <Link href={SUSPICIOUS_PAGE} className={buttonClass()}>
          Clear the filter
        </Link>
      }
    >
      An address is found in either privacy mode, a range by all that lie in it, a reason by its id. Look
      under “All”, too: cases that are ignored or resolved stand only there and under their own names.
    </EmptyState>
  );
}

/** Where a link leads to a case that there is no more. */
export function NoSuchCase() {
  return (
    <EmptyState
      icon={SearchX}
      title="There is no such case"
      action={
        <Link href={SUSPICIOUS_PAGE} className={buttonClass()}>
          Show all that are active
        </Link>
      }
    >
      It may have been erased together with its address.
    </EmptyState>
  );
}
