import { FollowUpLine } from "@/components/suspicious/follow-up";
import type { ShownSuspect } from "@/components/suspicious/shown-suspect";
import { StatusBadge } from "@/components/suspicious/status-badge";
import { Link } from "@/components/ui/link";
import { RelativeTime, Time } from "@/components/ui/time";

const BY: Record<string, string> = { detection: "by detection", "expire-rules": "when its block ended" };
const byWords = (actor: string): string => BY[actor] ?? `by ${actor}`;

/** Where a case stands: its status, when it was detected, who decided, and what the policy made of it. */
export function SuspectStatus({ suspect, now }: { suspect: ShownSuspect; now: number }) {
  const { status, statusBy, statusAt, rule, firstDetected, lastDetected } = suspect;
  return (
    <div className="flex flex-col gap-0.5 text-xs max-lg:flex-row max-lg:flex-wrap max-lg:items-center max-lg:gap-x-3 max-lg:gap-y-1">
      <p className="flex flex-wrap items-center gap-x-2">
        <StatusBadge status={status} />
        <span title="Last detected">
          <RelativeTime at={lastDetected} now={now} />
        </span>
      </p>
      {status === "blocked" && rule && <BlockEnd rule={rule} now={now} />}
      {status !== "open" && (
        <p className="text-faint">
          {byWords(statusBy)}, <RelativeTime at={statusAt} now={now} />
        </p>
      )}
      <FollowUpLine suspect={suspect} />
      <p className="text-faint">
        First detected <Time at={firstDetected} />
      </p>
    </div>
  );
}

function BlockEnd({ rule, now }: { rule: NonNullable<ShownSuspect["rule"]>; now: number }) {
  const { id, isInForce, expiresAt, holdsMore } = rule;
  return (
    <p className="text-muted">
      <Link href={`/blocked?rule=${id}`} title={`Rule ${id}`} className="hover:underline">
        {!isInForce && "Has ended"}
        {isInForce && expiresAt === null && "For good"}
        {isInForce && expiresAt !== null && (
          <>
            Ends <RelativeTime at={expiresAt} now={now} />
          </>
        )}
        {holdsMore && `, with ${holdsMore}`}
      </Link>
    </p>
  );
}
