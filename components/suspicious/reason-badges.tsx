import type { ShownReason } from "@/components/suspicious/shown-suspect";
import { SUSPICIOUS_PAGE } from "@/components/suspicious/suspicious-href";
import { Link } from "@/components/ui/link";

const SHOWN = 3;

/** Why a target is suspicious, by the names of the rules; each leads to all that were found for the same reason. */
export function ReasonBadges({ reasons }: { reasons: readonly ShownReason[] }) {
  const more = reasons.slice(SHOWN);
  return (
    <ul className="flex flex-wrap gap-1" aria-label="Reasons">
      {reasons.slice(0, SHOWN).map(({ id, title, description }) => (
        <li key={id} className="inline-flex">
          <Link
            href={`${SUSPICIOUS_PAGE}?reason=${id}`}
            title={description}
            className="inline-flex h-5 items-center rounded border border-line bg-sunken px-1.5 text-xs text-muted hover:border-line-strong hover:text-ink"
          >
            {title}
          </Link>
        </li>
      ))}
      {more.length > 0 && (
        <li
          className="inline-flex h-5 items-center text-xs text-faint"
          title={more.map(({ title }) => title).join(", ")}
        >
          {more.length} more
        </li>
      )}
    </ul>
  );
}
