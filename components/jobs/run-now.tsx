"use client";

import { Play } from "lucide-react";
import { useTransition } from "react";
import { toast } from "sonner";
import { Button } from "@/components/ui/button";

/** What the page's action answers: what becomes of the run, the page itself shows. */
export type AskOutcome = { ok: true } | { ok: false; message: string };
export type AskForRun = (job: string) => Promise<AskOutcome>;

/** Asks for a run of a job. */
export function RunNow({ job, isUnderWay, ask }: { job: string; isUnderWay: boolean; ask: AskForRun }) {
  const [isPending, startTransition] = useTransition();
  const run = () =>
    startTransition(async () => {
      const outcome = await ask(job).catch(() => ({
        ok: false as const,
        message: "The server did not answer. Whether the run was asked for shows when it is back.",
      }));
      if (!outcome.ok) toast.error(outcome.message);
    });
  return (
    <Button size="small" disabled={isPending || isUnderWay} onClick={run} aria-label={`Run ${job} now`}>
      <Play className="size-3.5" aria-hidden="true" />
      Run now
    </Button>
  );
}
