"use client";

import { Radar } from "lucide-react";
import { useTransition } from "react";
import { toast } from "sonner";
import { useSuspectActions } from "@/components/suspicious/suspect-actions";
import { Button } from "@/components/ui/button";

/** Asks for a detection over the last day. */
export function DetectNow() {
  const actions = useSuspectActions();
  const [isPending, startTransition] = useTransition();
  const detect = () =>
    startTransition(async () => {
      const { ok, message } = await actions.detect();
      if (ok) toast(message);
      else toast.error(message);
    });
  return (
    <Button disabled={isPending} onClick={detect}>
      <Radar className="size-4" aria-hidden="true" />
      {isPending ? "Asking …" : "Look now"}
    </Button>
  );
}
