"use client";

import { clsx } from "clsx";
import { Search, SlidersHorizontal, X } from "lucide-react";
import { useRouter } from "next/navigation";
import { type FormEvent, useState, useTransition } from "react";
import {
  AddressField,
  type Country,
  MoreFields,
  type ShownFilter,
  TimeFields,
} from "@/components/requests/filter-fields";
import { Button, buttonClass } from "@/components/ui/button";
import { Link } from "@/components/ui/link";
import { parseRequestFilter, requestQuery } from "@/lib/request-filter";

type Props = { filter: ShownFilter; countries: readonly Country[]; addressProblem: string | null };

/** The filters of the requests: a GET form, which JavaScript only makes smoother. */
export function FilterForm(props: Props) {
  // A new filter from a link comes with new fields; what is half typed stays otherwise.
  return <Fields key={JSON.stringify(props.filter)} {...props} />;
}

function Fields({ filter, countries, addressProblem }: Props) {
  const router = useRouter();
  const [isPending, startTransition] = useTransition();
  const { address, range, from } = filter;
  const others = requestQuery({ ...filter, address: "", range: "24h", span: null });
  const isFiltered = address !== "" || others !== "" || from !== "";
  const [isOpen, setOpen] = useState(others !== "" || from !== "");

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = [...new FormData(event.currentTarget)];
    const values = Object.fromEntries(fields.map(([name, value]) => [name, String(value) || undefined]));
    const { filter: read } = parseRequestFilter(values, new Date());
    startTransition(() => router.push(`/requests${requestQuery(read)}`, { scroll: false }));
  };

  // On a narrow window the address comes first, and the rest when asked for; without JavaScript all is there.
  const folded = clsx(!isOpen && "max-md:hidden noscript:grid");
  return (
    <search>
      <form
        action="/requests"
        method="get"
        aria-label="Filter the requests"
        aria-busy={isPending}
        onSubmit={submit}
        className="rounded-card border border-line bg-surface p-4"
      >
        {range !== "24h" && <input type="hidden" name="range" value={range} />}
        <div className="grid grid-cols-2 gap-3 md:grid-cols-10 xl:grid-cols-[2fr_2fr_repeat(5,minmax(0,1fr))]">
          <AddressField value={address} problem={addressProblem} />
          <div className={clsx("col-span-2 grid grid-cols-2 gap-3 md:contents", folded)}>
            <MoreFields filter={filter} countries={countries} />
          </div>
        </div>
        <div className="mt-3 flex flex-wrap items-start justify-between gap-3">
          <div className={folded}>
            <TimeFields from={from} to={filter.to} />
          </div>
          <div className="ml-auto flex gap-2 max-md:w-full">
            <Button
              className="md:hidden noscript:hidden"
              aria-expanded={isOpen}
              onClick={() => setOpen(!isOpen)}
            >
              <SlidersHorizontal className="size-4" aria-hidden="true" />
              {isOpen ? "Fewer" : "More"}
            </Button>
            {isFiltered && (
              <Link
                href={`/requests${requestQuery({ range })}`}
                className={clsx(buttonClass("bare"), "max-md:flex-1")}
              >
                <X className="size-4" aria-hidden="true" />
                Clear
              </Link>
            )}
            <Button type="submit" look="primary" className="max-md:flex-1" disabled={isPending}>
              <Search className="size-4" aria-hidden="true" />
              Filter
            </Button>
          </div>
        </div>
      </form>
    </search>
  );
}
