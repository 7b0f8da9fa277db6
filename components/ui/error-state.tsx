"use client";

import { OctagonAlert, RotateCw } from "lucide-react";
import { Button } from "@/components/ui/button";

/** The reference under which the server's log holds an error; null for one that happened in the browser. */
export function digestOf(error: unknown): string | null {
  return typeof error === "object" && error !== null && "digest" in error && typeof error.digest === "string"
    ? error.digest
    : null;
}

/** What happened, what still works, what to do. */
export function ErrorState({ error, retry }: { error: unknown; retry: () => void }) {
  const digest = digestOf(error);
  return (
    <div role="alert" className="flex flex-col items-center gap-3 px-4 py-16 text-center">
      <span className="flex size-10 items-center justify-center rounded-full bg-blocked-soft text-blocked">
        <OctagonAlert className="size-5" aria-hidden="true" />
      </span>
      <h1 className="text-xl font-semibold">This page could not be made</h1>
      <p className="max-w-md text-pretty text-muted">
        The doors go on: who is blocked stays blocked, and requests are still recorded. Most often the
        database did not answer; try again in a moment.
      </p>
      <Button look="primary" onClick={() => retry()}>
        <RotateCw className="size-4" aria-hidden="true" />
        Retry
      </Button>
      {digest && (
        <p className="text-xs text-faint">
          Reference <code className="font-mono text-muted">{digest}</code>, also in the server’s log
        </p>
      )}
    </div>
  );
}
