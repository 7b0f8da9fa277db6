"use client";

import "@/app/globals.css";
import { ErrorState } from "@/components/ui/error-state";

/** Stands in for the whole document where the root layout itself fails; follows the system's theme. */
export default function GlobalError({ error, retry }: { error: unknown; retry: () => void }) {
  return (
    <html lang="en">
      <head>
        <title>Error</title>
      </head>
      <body className="flex min-h-dvh flex-col justify-center font-sans">
        <main>
          <ErrorState error={error} retry={retry} />
        </main>
      </body>
    </html>
  );
}
