import { OctagonX } from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "@/components/ui/link";
import { ShareBar } from "@/components/ui/share-bar";
import { formatCount, formatPlural, formatShare } from "@/lib/format";

export type TopRow = {
  key: string;
  label: ReactNode;
  /** Null where the row cannot be asked for. */
  href: string | null;
  requests: number;
  refused: number;
  note?: string;
};

/** The most frequent values of something, each a link to its requests, with its share of all of them. */
export function TopList({ rows, total, empty }: { rows: readonly TopRow[]; total: number; empty: string }) {
  if (rows.length === 0) return <p className="py-8 text-center text-muted">{empty}</p>;
  const most = Math.max(...rows.map((row) => row.requests));
  return (
    <ol className="flex flex-col gap-0.5">
      {rows.map((row) => (
        <li key={row.key}>
          <TopListRow row={row} total={total} most={most} />
        </li>
      ))}
    </ol>
  );
}

function TopListRow({ row, total, most }: { row: TopRow; total: number; most: number }) {
  const { label, href, requests, refused, note } = row;
  const body = (
    <>
      <span className="flex min-w-0 items-center gap-2">
        <span className="flex min-w-0 flex-1 items-center gap-2">{label}</span>
        {refused > 0 && (
          <span
            title={`${formatPlural(refused, "request")} refused`}
            className="inline-flex items-center gap-0.5 text-xs text-blocked"
          >
            <OctagonX className="size-3" aria-hidden="true" />
            {formatShare(refused, requests)}
            <span className="sr-only"> refused</span>
          </span>
        )}
        <span className="min-w-14 text-right" title={note}>
          {formatCount(requests)}
        </span>
      </span>
      <ShareBar share={requests / most} refusedShare={refused / most} />
      <span className="sr-only">, {formatShare(requests, total)} of all</span>
    </>
  );
  const className = "-mx-2 flex flex-col gap-1 rounded-md px-2 py-1.5";
  if (!href) return <div className={className}>{body}</div>;
  return (
    <Link href={href} className={`${className} transition-colors hover:bg-sunken`}>
      {body}
    </Link>
  );
}
