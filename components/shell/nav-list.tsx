"use client";

import { clsx } from "clsx";
import { usePathname } from "next/navigation";
import { DESTINATIONS, isCurrent } from "@/components/shell/navigation";
import { OpenCount, type OpenSuspects } from "@/components/shell/open-count";
import { Link } from "@/components/ui/link";
import { LinkPending } from "@/components/ui/link-pending";

/** Links to the pages; as icons alone where `compact` says so and the window is narrow. */
export function NavList({
  open,
  compact = false,
  onChoose,
}: {
  open: OpenSuspects;
  compact?: boolean;
  onChoose?: () => void;
}) {
  const pathname = usePathname();
  const word = compact ? "max-rail:sr-only" : "";
  return (
    <nav aria-label="Pages">
      <ul className="flex flex-col gap-0.5">
        {DESTINATIONS.map(({ href, label, icon: Icon }) => {
          const current = isCurrent(href, pathname);
          return (
            <li key={href}>
              <Link
                href={href}
                aria-current={current ? "page" : undefined}
                title={compact ? label : undefined}
                onClick={onChoose}
                className={clsx(
                  "relative flex h-9 items-center gap-2.5 rounded-md px-2.5 transition-colors",
                  compact && "max-rail:justify-center max-rail:px-0",
                  !compact && "h-11",
                  current ? "bg-sunken font-medium text-ink" : "text-muted hover:bg-sunken hover:text-ink",
                )}
              >
                <LinkPending className="inline-flex">
                  <Icon className="size-4 shrink-0" aria-hidden="true" />
                </LinkPending>
                <span className={word}>{label}</span>
                {href === "/suspicious" && <OpenCount open={open} compact={compact} />}
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
