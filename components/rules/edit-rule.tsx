"use client";

import { Pencil } from "lucide-react";
import { type FormEvent, useState, useTransition } from "react";
import { toast } from "sonner";
import { useRuleActions } from "@/components/rules/rule-actions";
import { type ChosenDuration, DurationFields, ReasonFields } from "@/components/rules/rule-fields";
import type { ShownRule } from "@/components/rules/rule-table";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { formatRelative } from "@/lib/format";

/** Changes why a rule is there, and when it ends. */
export function EditRule({ rule }: { rule: ShownRule }) {
  const [isOpen, setOpen] = useState(false);
  const trigger = (
    <Button size="small" look="bare" aria-label={`Edit the rule on ${rule.label}`}>
      <Pencil className="size-3.5" aria-hidden="true" />
      Edit
    </Button>
  );
  return (
    <Dialog
      title="Change the rule"
      description={rule.label}
      trigger={trigger}
      isOpen={isOpen}
      onOpenChange={setOpen}
    >
      <EditForm rule={rule} onDone={() => setOpen(false)} />
    </Dialog>
  );
}

function EditForm({ rule, onDone }: { rule: ShownRule; onDone: () => void }) {
  const actions = useRuleActions();
  const [isPending, startTransition] = useTransition();
  const [duration, setDuration] = useState<ChosenDuration>("keep");
  const [problem, setProblem] = useState<string | null>(null);
  const keep =
    rule.expiresAt === null
      ? "As it is (for good)"
      : `As it is (${formatRelative(new Date(rule.expiresAt), new Date())})`;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    startTransition(async () => {
      const outcome = await actions.amend(form);
      if (!outcome.ok) return setProblem(outcome.message);
      onDone();
      toast(`Changed the rule on ${outcome.label}`);
    });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <input type="hidden" name="id" value={rule.id} />
      <DurationFields value={duration} onChange={setDuration} keepLabel={keep} />
      <ReasonFields action={rule.action} reason={rule.reason} note={rule.note} />
      {problem && (
        <p role="alert" className="rounded-md bg-blocked-soft px-3 py-2 text-blocked">
          {problem}
        </p>
      )}
      <div className="flex justify-end gap-2 max-md:flex-col-reverse">
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" look="primary" disabled={isPending}>
          {isPending ? "Saving …" : "Save"}
        </Button>
      </div>
    </form>
  );
}
