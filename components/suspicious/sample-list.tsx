import { clsx } from "clsx";
import type { ShownSample } from "@/components/suspicious/shown-suspect";
import { Link } from "@/components/ui/link";
import { Time } from "@/components/ui/time";
import { formatPlural } from "@/lib/format";

/** Requests that were really sent and show best what a target did; each leads to all that is known of it. */
export function SampleList({ samples }: { samples: readonly ShownSample[] }) {
  return (
    <section aria-label="Sample requests">
      <h3 className="mb-1 text-xs font-medium text-muted">
        {formatPlural(samples.length, "request")} that {samples.length === 1 ? "shows" : "show"} it
      </h3>
      <ul className="overflow-hidden rounded-md border border-line bg-surface">
        {samples.map((sample) => (
          <li key={sample.id} className="border-t border-line first:border-t-0">
            <Sample sample={sample} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Sample({ sample: { id, at, method, path, status, marks } }: { sample: ShownSample }) {
  return (
    <Link
      href={`/requests?id=${id}`}
      title="Show all that is known of this request"
      className="grid grid-cols-[auto_minmax(0,1fr)_auto] items-center gap-x-3 px-3 py-1.5 text-xs hover:bg-sunken max-md:gap-y-0.5"
    >
      <span className="text-faint max-md:order-2">
        <Time at={at} style="log" />
      </span>
      <span className="truncate font-mono max-md:order-1 max-md:col-span-2">
        <span className="mr-1.5 text-muted">{method}</span>
        {path}
      </span>
      <span className="flex items-center justify-end gap-2 max-md:order-1">
        <span className="truncate text-suspicious max-md:hidden">{marks.join(", ")}</span>
        <span
          className={clsx(
            "w-8 text-right",
            (status ?? 0) >= 200 && (status ?? 0) < 300 ? "font-medium" : "text-muted",
          )}
          title={status === null ? "The door does not know the answer" : undefined}
        >
          {status ?? "–"}
        </span>
      </span>
      <span className="truncate text-suspicious max-md:order-3 max-md:col-span-2 md:hidden">
        {marks.join(", ")}
      </span>
    </Link>
  );
}
