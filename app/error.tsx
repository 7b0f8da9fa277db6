"use client";

import { ErrorState } from "@/components/ui/error-state";

export default function RootError({ error, retry }: { error: unknown; retry: () => void }) {
  return (
    <main className="flex min-h-dvh flex-col justify-center">
      <ErrorState error={error} retry={retry} />
    </main>
  );
}
