"use client";

import { clsx } from "clsx";
import { Search } from "lucide-react";
import { useRouter } from "next/navigation";
import { type FormEvent, useTransition } from "react";
import type { ShownReason } from "@/components/suspicious/shown-suspect";
import {
  isSuspiciousOrder,
  NO_FILTER,
  ORDERS,
  STATES,
  SUSPICIOUS_PAGE,
  type SuspiciousFilter,
  type SuspiciousState,
  suspiciousHref,
} from "@/components/suspicious/suspicious-href";
import { Button } from "@/components/ui/button";
import { controlClass } from "@/components/ui/field";
import { Link } from "@/components/ui/link";
import { formatCount } from "@/lib/format";

type Props = {
  filter: SuspiciousFilter;
  counts: Record<SuspiciousState, number>;
  reasons: readonly (ShownReason & { count: number })[];
};

/** Which cases are shown: by status with counts, by reason, by an address, and in what order. */
export function SuspectFilters({ filter, counts, reasons }: Props) {
  return (
    <div className="flex flex-col gap-3 px-4 py-3 shadow-[inset_0_-1px_var(--line)]">
      <nav aria-label="Status" className="flex flex-wrap gap-1">
        {Object.entries(STATES).map(([name, word]) => {
          const state = name as SuspiciousState;
          const isCurrent = state === filter.state;
          const isCalling = state === "open" && counts.open > 0;
          return (
            <Link
              key={state}
              href={suspiciousHref({ ...filter, state })}
              aria-current={isCurrent ? "true" : undefined}
              className={clsx(
                "flex h-8 items-center gap-1.5 rounded-md px-2.5 text-xs font-medium max-md:h-9",
                isCurrent ? "bg-inverse text-on-inverse" : "text-muted hover:bg-sunken hover:text-ink",
              )}
            >
              {word}
              <span className={clsx(!isCurrent && (isCalling ? "text-suspicious" : "text-faint"))}>
                {formatCount(counts[state])}
              </span>
            </Link>
          );
        })}
      </nav>
      <Fields key={JSON.stringify(filter)} filter={filter} reasons={reasons} />
    </div>
  );
}

/** A GET form, which JavaScript only makes smoother. */
function Fields({ filter, reasons }: Omit<Props, "counts">) {
  const router = useRouter();
  const [isPending, startTransition] = useTransition();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const order = form.get("order");
    const next = {
      ...filter,
      search: String(form.get("search") ?? "").trim(),
      reason: String(form.get("reason") ?? ""),
      order: isSuspiciousOrder(order) ? order : NO_FILTER.order,
    };
    startTransition(() => router.push(suspiciousHref(next), { scroll: false }));
  };
  return (
    <search>
      <form
        action={SUSPICIOUS_PAGE}
        method="get"
        onSubmit={submit}
        aria-label="Filter the suspicious addresses"
        aria-busy={isPending}
        className="flex flex-wrap gap-2 max-md:grid max-md:grid-cols-2"
      >
        {filter.state !== NO_FILTER.state && <input type="hidden" name="status" value={filter.state} />}
        <label htmlFor="search" className="sr-only">
          An address, a range, or a reason
        </label>
        <input
          id="search"
          name="search"
          type="search"
          data-filter=""
          defaultValue={filter.search}
          placeholder="An address, a range, or a reason"
          autoCapitalize="none"
          autoComplete="off"
          spellCheck={false}
          className={`${controlClass} max-md:col-span-2 md:max-w-72`}
        />
        <Choice
          name="reason"
          label="Reason"
          value={filter.reason}
          choices={[
            ["", "Any reason"],
            ["multiple", "Several reasons"],
            ...reasons.map(({ id, title, count }) => [id, `${title} (${formatCount(count)})`] as const),
          ]}
        />
        <Choice name="order" label="Order" value={filter.order} choices={Object.entries(ORDERS)} />
        <Button type="submit" disabled={isPending} className="max-md:col-span-2">
          <Search className="size-4" aria-hidden="true" />
          Filter
        </Button>
      </form>
    </search>
  );
}

function Choice({
  name,
  label,
  value,
  choices,
}: {
  name: string;
  label: string;
  value: string;
  choices: readonly (readonly [string, string])[];
}) {
  return (
    <select
      name={name}
      aria-label={label}
      defaultValue={value}
      onChange={(event) => event.currentTarget.form?.requestSubmit()}
      className={`${controlClass} md:w-auto`}
    >
      {choices.map(([id, word]) => (
        <option key={id} value={id}>
          {word}
        </option>
      ))}
    </select>
  );
}
