import { clsx } from "clsx";
import { Search } from "lucide-react";
import { Button } from "@/components/ui/button";
import { controlClass } from "@/components/ui/field";
import { Link } from "@/components/ui/link";

export const RULE_STATES = { active: "Active", ended: "Ended", all: "All" } as const;
export type RuleState = keyof typeof RULE_STATES;

export function isRuleState(text: unknown): text is RuleState {
  return typeof text === "string" && Object.hasOwn(RULE_STATES, text);
}

/** The address of a list of rules. */
export function rulesHref(page: string, search: string, state: RuleState, cursor?: string): string {
  const params = new URLSearchParams();
  if (search) params.set("search", search);
  if (state !== "active") params.set("state", state);
  if (cursor) params.set("cursor", cursor);
  return params.size ? `${page}?${params}` : page;
}

/** Finds rules by an address, a range or words; a GET form, for it has nothing that a script would better. */
export function RuleSearch({ page, search, state }: { page: string; search: string; state: RuleState }) {
  return (
    <div className="flex items-center gap-3 px-4 py-3 max-md:flex-col max-md:items-stretch shadow-[inset_0_-1px_var(--line)]">
      <search className="min-w-0 flex-1">
        <form action={page} method="get" className="flex gap-2">
          {state !== "active" && <input type="hidden" name="state" value={state} />}
          <label htmlFor="search" className="sr-only">
            An address, a range, or words of the reason
          </label>
          <input
            id="search"
            name="search"
            type="search"
            data-filter=""
            defaultValue={search}
            placeholder="An address, a range, or words of the reason"
            autoCapitalize="none"
            autoComplete="off"
            spellCheck={false}
            className={`${controlClass} max-w-96`}
          />
          <Button type="submit">
            <Search className="size-4" aria-hidden="true" />
            Search
          </Button>
        </form>
      </search>
      <nav aria-label="State" className="flex rounded-md border border-line p-0.5">
        {Object.entries(RULE_STATES).map(([name, word]) => (
          <Link
            key={name}
            href={rulesHref(page, search, name as RuleState)}
            aria-current={name === state ? "true" : undefined}
            className={clsx(
              "flex h-7 items-center rounded px-2.5 text-xs font-medium max-md:h-9 max-md:flex-1 max-md:justify-center",
              name === state ? "bg-inverse text-on-inverse" : "text-muted hover:bg-sunken hover:text-ink",
            )}
          >
            {word}
          </Link>
        ))}
      </nav>
    </div>
  );
}
