"use client";

import { clsx } from "clsx";
import { useLinkStatus } from "next/link";
import type { ReactNode } from "react";

/** What stands in a link, paler while the page that it leads to is on its way. */
export function LinkPending({ children, className }: { children: ReactNode; className?: string }) {
  const { pending } = useLinkStatus();
  return (
    <span className={clsx("transition-opacity", className, pending && "wait opacity-60")}>{children}</span>
  );
}
