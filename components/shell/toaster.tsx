"use client";

import { Toaster as Sonner } from "sonner";

/** Where a toast appears; what can be undone stays for ten seconds. */
export function Toaster() {
  return (
    <Sonner
      position="bottom-right"
      duration={10_000}
      gap={8}
      toastOptions={{
        unstyled: true,
        classNames: {
          toast:
            "flex w-full items-center gap-3 rounded-card border border-line bg-raised px-4 py-3 text-sm text-ink shadow-sm sm:w-92",
          content: "min-w-0 flex-1",
          title: "font-medium text-pretty",
          description: "mt-0.5 text-xs break-words text-muted",
          icon: "shrink-0",
          error: "border-blocked/50",
          actionButton:
            "ml-auto h-8 shrink-0 rounded-md border border-line bg-surface px-3 text-xs font-medium hover:bg-sunken",
        },
      }}
    />
  );
}
