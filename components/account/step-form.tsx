"use client";

import { OctagonAlert } from "lucide-react";
import { type ComponentProps, type FormEvent, type ReactNode, useState, useTransition } from "react";
import type { AccountOutcome } from "@/components/account/account-actions";
import { Button } from "@/components/ui/button";

type Props<T> = {
  /** What is asked of the server with the fields of the form. */
  ask: (field: (name: string) => string) => Promise<AccountOutcome<T>>;
  onDone: (value: T) => void;
  onCancel: () => void;
  /** The words on the button, and those while it works. */
  verb: string;
  busy: string;
  look?: ComponentProps<typeof Button>["look"];
  children: ReactNode;
};

/** One question of a dialog: fields, what went wrong, and the buttons. What was typed stays after a mistake. */
export function StepForm<T>({ ask, onDone, onCancel, verb, busy, look = "primary", children }: Props<T>) {
  const [isPending, startTransition] = useTransition();
  const [problem, setProblem] = useState<string | null>(null);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    startTransition(async () => {
      const outcome = await ask((name) => String(form.get(name) ?? "")).catch(() => null);
      if (outcome?.ok) return onDone(outcome.value);
      setProblem(outcome?.message ?? "The server did not answer as it should. Try again in a minute.");
    });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      {children}
      {problem && (
        <p role="alert" className="flex gap-2 rounded-md bg-blocked-soft px-3 py-2 text-pretty text-blocked">
          <OctagonAlert className="mt-0.5 size-4 shrink-0" aria-hidden="true" />
          {problem}
        </p>
      )}
      <div className="flex justify-end gap-2 max-md:flex-col-reverse">
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" look={look} disabled={isPending}>
          {isPending ? busy : verb}
        </Button>
      </div>
    </form>
  );
}
